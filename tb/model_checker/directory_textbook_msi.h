// The MSI directory protocol of the textbook (Sorin, Hill & Wood, A Primer on Memory Consistency and Cache
// Coherence, 2011, tables 8.1 and 8.2) as a table of its own: what the model checker is checked with. Not
// shipped, and nothing of it is used by the shipped tables.
//
// Forwards (and PutAck) keep point-to-point order; nothing else does. Two changes of notation: a write to a
// shared copy is the GetM that the book has, not an upgrade; the home's S^D takes replacements, so it is not
// "busy" here.
#ifndef MIMD_TB_MODEL_CHECKER_DIRECTORY_TEXTBOOK_MSI_H
#define MIMD_TB_MODEL_CHECKER_DIRECTORY_TEXTBOOK_MSI_H

#include "directory/directory_protocol.h"

namespace mimd::tb {

directory_protocol textbook_msi();

}  // namespace mimd::tb

#endif
