package io.agentmetrics.model.sketch;

/**
 * Kept durations that stand for equally many durations each.
 *
 * @param level the binary logarithm of how many, from 0 to 30
 * @param codes the bits of their {@linkplain DurationCode codes}, in any order; not to be
 * changed
 */
record WeightedCodes(int level, int[] codes) {
}
