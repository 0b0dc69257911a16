package io.agentmetrics.api.dashboard;

import java.time.Instant;
import java.util.Optional;

import io.agentmetrics.model.metrics.ExecutionCounts;
import io.agentmetrics.model.time.Window;

/**
 * The executions of all agents in a window, beside those of the window before; the type
 * of the same name of the GraphQL schema.
 *
 * @param previous those of the same length just before; empty for the previous ones
 * themselves
 * @param comparable whether both windows are all there; never for the previous ones
 */
record DashboardTotals(Window window, long totalExecutions, long successfulExecutions, long failedExecutions,
		Optional<DashboardTotals> previous, boolean comparable) {

	static DashboardTotals of(Window window, ExactCounts.Count current, ExactCounts.Count previous,
			boolean comparable) {
		DashboardTotals before = new DashboardTotals(window.previous(), previous.total(), previous.successful(),
				previous.failed(), Optional.empty(), false);
		return new DashboardTotals(window, current.total(), current.successful(), current.failed(), Optional.of(before),
				comparable);
	}

	public Instant from() {
		return this.window.from();
	}

	public Instant to() {
		return this.window.to();
	}

	public double successRate() {
		return finished().successRate();
	}

	public double errorRate() {
		return finished().errorRate();
	}

	public Optional<TotalsChange> change() {
		return this.previous.map((before) -> TotalsChange.between(this, before, this.comparable));
	}

	/** Returns the counts that the rates are over. */
	ExecutionCounts finished() {
		return new ExecutionCounts(this.successfulExecutions, this.failedExecutions, 0, 0, 0);
	}

}
