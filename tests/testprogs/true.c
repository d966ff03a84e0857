// SPDX-License-Identifier: Apache-2.0
// true: the program with the shortest lifetime.
int main(void) { return 0; }
