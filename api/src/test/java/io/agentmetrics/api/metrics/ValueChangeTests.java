package io.agentmetrics.api.metrics;

import java.util.OptionalDouble;

import io.agentmetrics.model.metrics.ExecutionCounts;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ValueChangeTests {

	@Test
	void changeHasDifferenceAndPercent() {
		assertThat(ValueChange.ofCounts(150, 100)).isEqualTo(new ValueChange(OptionalDouble.of(150),
				OptionalDouble.of(100), OptionalDouble.of(50), OptionalDouble.of(50), true));
	}

	@Test
	void fromZeroThereIsNoPercent() {
		ValueChange change = ValueChange.ofCounts(3, 0);
		assertThat(change.difference()).hasValue(3);
		assertThat(change.percent()).isEmpty();
		assertThat(change.significant()).isFalse();
	}

	@Test
	void moreThanTenfoldIsNoMatterOfPercent() {
		assertThat(ValueChange.ofCounts(110, 10).percent()).hasValue(1_000);
		ValueChange change = ValueChange.ofCounts(408, 1);
		assertThat(change.difference()).hasValue(407);
		assertThat(change.percent()).isEmpty();
		assertThat(change.significant()).isTrue();
		assertThat(ValueChange.of(OptionalDouble.of(Long.MAX_VALUE), OptionalDouble.of(1e-300), true).percent())
			.isEmpty();
	}

	@Test
	void windowsThatAreNotComparableDoNotChangeSignificantly() {
		ValueChange change = ValueChange.ofCounts(150, 100).significantIf(false);
		assertThat(change.percent()).hasValue(50);
		assertThat(change.significant()).isFalse();
	}

	@Test
	void ratesChangeByPoints() {
		ValueChange change = ValueChange.ofSuccessRates(counts(900, 100), counts(950, 50));
		assertThat(change.current()).hasValue(90);
		assertThat(change.previous()).hasValue(95);
		assertThat(change.difference()).hasValue(-5);
		assertThat(change.percent()).isEmpty();
		assertThat(change.significant()).isTrue();
		assertThat(ValueChange.ofErrorRates(counts(900, 100), counts(950, 50)).difference()).hasValue(5);
	}

	@Test
	void rateOfNoFinishedExecutionIsNoNumber() {
		ValueChange change = ValueChange.ofErrorRates(counts(5, 5), ExecutionCounts.empty());
		assertThat(change.current()).hasValue(50);
		assertThat(change.previous()).isEmpty();
		assertThat(change.difference()).isEmpty();
		assertThat(change.significant()).isFalse();
	}

	@Test
	void missingNumbersAreNeverSignificant() {
		assertThat(ValueChange.of(OptionalDouble.of(1), OptionalDouble.empty(), true).significant()).isFalse();
	}

	private static ExecutionCounts counts(long successful, long failed) {
		return new ExecutionCounts(successful, failed, 7, 7, 0);
	}

}
