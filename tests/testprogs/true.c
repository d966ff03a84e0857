// SPDX-License-Identifier: Apache-2.0
// true: the shortest life a program can have.
int main(void) { return 0; }
