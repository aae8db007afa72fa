// The sheet for paper has one button.
document.getElementById("print").addEventListener("click", () => print());
