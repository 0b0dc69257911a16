package io.agentmetrics.aggregator.job;

import java.util.List;

import io.agentmetrics.aggregator.rollup.WorkUnit;

/**
 * What a run is going to do.
 *
 * @param units the work in time order, each day in one unit
 * @param movesWatermark whether everything that changed is among it, so that the next run
 * need not look further back
 */
record RunPlan(List<WorkUnit> units, boolean movesWatermark) {

	long days() {
		return this.units.stream().mapToLong((unit) -> unit.days().size()).sum();
	}

	int slices() {
		return this.units.stream().mapToInt((unit) -> unit.slices().size()).sum();
	}

}
