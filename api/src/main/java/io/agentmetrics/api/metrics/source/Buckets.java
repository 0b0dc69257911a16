package io.agentmetrics.api.metrics.source;

import java.time.LocalDate;
import java.util.Optional;
import java.util.UUID;

import io.agentmetrics.model.metrics.ExecutionCounts;

/**
 * What is read as a plan says, added up bucket by bucket in any order.
 */
interface Buckets {

	Plan plan();

	MetricsFields fields();

	/**
	 * Adds a bucket.
	 * @param version the release, if it is known
	 * @param bucket executions that no other bucket has
	 */
	void add(UUID agent, Optional<String> version, Bucket bucket);

	/**
	 * Adds a cell of a stored day.
	 * @param version the release, if it is known
	 * @param cells of how many
	 */
	void add(UUID agent, Optional<String> version, Bucket cell, int cells);

	/**
	 * Notes executions of a stored day of which it cannot be told whether they match the
	 * filter.
	 */
	void addUntold(UUID agent, LocalDate day, ExecutionCounts counts);

}
