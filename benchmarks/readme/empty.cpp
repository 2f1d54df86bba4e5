// Nothing: what the other programs of this folder are compared with.
int main() { return 0; }
