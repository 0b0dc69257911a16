package io.agentmetrics.api.agent;

import java.util.List;
import java.util.OptionalDouble;

/**
 * How two slices differ in one respect; the type of the same name of the GraphQL schema.
 *
 * @param baselineCount how many executions of the baseline its numbers are over
 * @param candidateCount the same of the candidate
 * @param values the numbers
 * @param pValue how likely they would differ by so much or more if the slices were alike;
 * empty if that is not tested
 * @param sentence all of it in words
 */
record Difference(long baselineCount, long candidateCount, List<ComparedValue> values, OptionalDouble pValue,
		Verdict verdict, String sentence) {
}
