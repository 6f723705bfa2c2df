//go:build tools

// Package kwok pins the program that plays the nodes of the cluster tier.
package kwok

import _ "sigs.k8s.io/kwok/cmd/kwok"
