// SPDX-License-Identifier: Apache-2.0
// Carries the precompiled test header; has no code of its own.
