package io.agentmetrics.api.objective;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;

import io.agentmetrics.api.ledger.Provenance;
import io.agentmetrics.api.metrics.Rounding;
import io.agentmetrics.api.metrics.source.SegmentCounts;
import io.agentmetrics.api.metrics.source.Segments;
import io.agentmetrics.model.agent.Agent;

/**
 * How an agent stands with an objective; the type of the same name of the GraphQL schema.
 *
 * @param until the end of the window
 * @param attainment how many executions missed it over its window
 * @param burnRates how fast its budget has been used up, over each of
 * {@link BurnRate#WINDOWS}; none where nothing is known of the end of the window
 * @param burnDown what each day of its window has left of its budget; none unless it was
 * asked for
 */
record AgentObjective(Agent agent, Objective objective, Instant until, Attainment attainment, List<BurnRate> burnRates,
		List<BurnDownDay> burnDown, Provenance provenance) {

	/** Least left first; where that cannot be said, last. */
	static final Comparator<AgentObjective> BUDGET_LEFT = Comparator.comparing(AgentObjective::position);

	/**
	 * Reads how an agent stands off what it did.
	 * @param midnights the moments that divide its days; none if nobody wants to know
	 */
	static AgentObjective of(Agent agent, Objective objective, Segments segments, Instant until,
			List<Instant> midnights) {
		Function<SegmentCounts, Attainment> attained = attained(objective, segments);
		Instant from = until.minus(objective.window());
		Attainment whole = attained.apply(segments.since(from));
		List<BurnRate> burnRates = segments.provenance().to().isBefore(until) ? List.of()
				: BurnRate.WINDOWS.stream()
					.map((window) -> BurnRate.of(window, attained.apply(segments.since(until.minus(window))), whole,
							objective, until))
					.toList();
		List<Instant> starts = Stream.concat(Stream.of(objective.window()), BurnRate.WINDOWS.stream())
			.map(until::minus)
			.toList();
		List<BurnDownDay> burnDown = BurnDownDay.of(whole, objective.target(), days(from, midnights, until),
				(start, end) -> attained.apply(segments.between(start, end)));
		return new AgentObjective(agent, objective, until, whole, burnRates, burnDown, segments.provenance(starts));
	}

	AgentObjective withBurnDown(List<BurnDownDay> days) {
		return new AgentObjective(this.agent, this.objective, this.until, this.attainment, this.burnRates, days,
				this.provenance);
	}

	private static List<Instant> days(Instant from, List<Instant> midnights, Instant until) {
		if (midnights.isEmpty()) {
			return List.of();
		}
		List<Instant> days = new ArrayList<>(List.of(from));
		midnights.stream().filter(from::isBefore).forEach(days::add);
		days.add(until);
		return days;
	}

	private static Function<SegmentCounts, Attainment> attained(Objective objective, Segments segments) {
		if (objective.withinMs().isEmpty()) {
			return Attainment::ofSuccess;
		}
		int limit = segments.question().limitsMs().indexOf(objective.withinMs().getAsLong());
		return (counts) -> Attainment.ofTimes(counts, limit);
	}

	public ObjectiveStatus status() {
		return this.attainment.status(this.objective.target());
	}

	public long executions() {
		return this.attainment.executions();
	}

	public double missed() {
		return Rounding.decimal(this.attainment.missed());
	}

	public double missedError() {
		return Rounding.bound(this.attainment.error());
	}

	public OptionalDouble attainedPercent() {
		return this.attainment.attainedPercent();
	}

	public double attainedErrorPercent() {
		return this.attainment.errorPercent();
	}

	public double budget() {
		return Rounding.decimal(this.objective.target().budget(executions()));
	}

	public double budgetLeft() {
		return Rounding.decimal(this.attainment.budgetLeft(this.objective.target()));
	}

	public OptionalDouble budgetLeftPercent() {
		return this.attainment.budgetLeftPercent(this.objective.target());
	}

	/** Returns all of it in words. */
	public String sentence() {
		String of = switch (this.objective.kind()) {
			case SUCCESS_RATE -> "finished executions of the last " + this.objective.days() + " days succeeded";
			case EXECUTION_TIME -> String.format(Locale.ROOT, "timed executions of the last %d days took up to %,d ms",
					this.objective.days(), this.objective.withinMs().orElseThrow());
		};
		if (executions() == 0) {
			return "There are no " + ((this.objective.kind() == ObjectiveKind.SUCCESS_RATE) ? "finished" : "timed")
					+ " executions in the last " + this.objective.days() + " days.";
		}
		String target = this.objective.target().percent().stripTrailingZeros().toPlainString();
		String attained = String.format(Locale.ROOT, "%s %% of %,d %s; the objective is %s %%.",
				plain(attainedPercent().orElseThrow()), executions(), of, target);
		if (status() == ObjectiveStatus.TOO_FEW) {
			return attained + String.format(Locale.ROOT,
					" Too few to say: it takes %,d executions for one of them to be allowed to miss it.",
					this.objective.target().leastExecutions());
		}
		String bound = (status() == ObjectiveStatus.UNDECIDED)
				? ", \u00b1 " + plain(missedError()) + ", so that it cannot be said yet whether it is met." : ".";
		return attained + " Of " + plain(budget()) + " that may miss it, " + plain(missed()) + " have" + bound;
	}

	/** Returns whether there are enough executions to say whether it is met. */
	boolean isSaid() {
		return status().compareTo(ObjectiveStatus.TOO_FEW) < 0;
	}

	/**
	 * Returns whether its budget has been used up faster than it may in the last hour or
	 * the last six.
	 */
	boolean burnsNow() {
		return isSaid() && this.burnRates.stream()
			.anyMatch((burn) -> burn.hours() <= BurnRate.NOW_HOURS && burn.rate().orElse(0) > 1);
	}

	ObjectivePosition position() {
		return new ObjectivePosition((byte) (isSaid() ? 0 : 1),
				this.attainment.budgetLeftShare(this.objective.target()).orElse(Double.MAX_VALUE),
				this.objective.name(), this.agent.id());
	}

	private static String plain(double number) {
		return (number == Math.rint(number)) ? String.format(Locale.ROOT, "%,.0f", number) : String.valueOf(number);
	}

}
