/* The pinned kernel types; PROVENANCE.md says where they come from. Fields that drifted since are read through bpf/compat.bpf.h. */
#include "vmlinux_6.18.h"
