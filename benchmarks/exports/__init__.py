"""What others' programs make of the exported files, and how near our joint angles are to OpenSim's."""
