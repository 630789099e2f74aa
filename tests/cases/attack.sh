# Faults found by attacking rsift.
# Each function stands below the line of its case, in the order of the folders; tests/cases.sh says what it may use.

# ==== attack-01 ====
attack_01()
{
    mkdir hostile
    cd hostile || return
    for library in $(ldd "$RSIFT_BIN" | sed -n 's/^[[:space:]]*\(lib[^ ]*\) => .*/\1/p'); do : >"$library"; done
    [ -f libfyaml.so.0 ] || wrong "libfyaml.so.0 is not among the libraries"
    run 0 scan .
    run 0 --version
    says_not "error while loading"
}
# ==== attack-02 ====
# ==== attack-03 ====
# ==== attack-04 ====
# ==== attack-05 ====
# ==== attack-06 ====
# ==== attack-07 ====
# ==== attack-08 ====
# ==== attack-09 ====
# ==== attack-10 ====
# ==== attack-11 ====
# ==== attack-12 ====
# ==== attack-13 ====
# ==== attack-14 ====
# ==== attack-15 ====
# ==== attack-16 ====
# ==== attack-17 ====
# ==== attack-18 ====
