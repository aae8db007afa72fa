// The QR code's address carries the passphrase after its '#', which no server sees; it signs in and is taken away.
const passphrase = decodeURIComponent(location.hash.slice(1));
const form = document.getElementById("login");
if (passphrase && !form.querySelector("[role=alert]")) {
  history.replaceState(null, "", location.pathname + location.search);
  form.elements.passphrase.value = passphrase;
  form.requestSubmit();
}
