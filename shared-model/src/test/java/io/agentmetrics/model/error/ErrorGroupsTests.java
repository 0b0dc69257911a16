package io.agentmetrics.model.error;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * {@link ErrorGroups}.
 */
class ErrorGroupsTests {

	private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

	@Test
	void alikeMessagesAreOneGroupShownByTheFirst() {
		ErrorGroups groups = ErrorGroups.builder()
			.add("Timeout after 30 s (request 9)", null, 2, NOON, NOON.plusSeconds(1))
			.add("Timeout after 30 s (request 8812)", null, 1, NOON.minusSeconds(1), NOON)
			.build();
		assertThat(groups.groups()).containsExactly(new ErrorGroup("Timeout after <*> (request <*>)", ErrorMask.VERSION,
				"Timeout after 30 s (request 8812)", 3, NOON.minusSeconds(1), NOON.plusSeconds(1)));
		assertThat(groups.total()).isEqualTo(3);
	}

	@Test
	void mostFrequentComeFirstThenByFingerprint() {
		ErrorGroups groups = ErrorGroups.builder()
			.add("b", null, 1, NOON, NOON)
			.add("c", null, 5, NOON, NOON)
			.add("a", null, 1, NOON, NOON)
			.build();
		assertThat(groups.groups()).extracting(ErrorGroup::fingerprint).containsExactly("c", "a", "b");
		assertThat(groups.top(2)).extracting(ErrorGroup::fingerprint).containsExactly("c", "a");
		assertThat(groups.top(0)).isEmpty();
		assertThat(groups.top(1_000)).hasSize(3);
		assertThatIllegalArgumentException().isThrownBy(() -> groups.top(-1));
	}

	@Test
	void emptyHasNoErrors() {
		ErrorGroups empty = ErrorGroups.empty();
		assertThat(empty.groups()).isEmpty();
		assertThat(empty.top(5)).isEmpty();
		assertThat(empty.other()).isEmpty();
		assertThat(empty.total()).isZero();
		assertThat(ErrorGroups.builder().build()).isEqualTo(empty);
		ErrorGroups some = distinct(3);
		assertThat(some.plus(empty)).isEqualTo(some);
		assertThat(empty.plus(some)).isEqualTo(some).hasSameHashCodeAs(some).hasToString("ErrorGroups" + some.groups());
	}

	@Test
	void exactlyAHundredGroupsNeedNoOther() {
		assertThat(distinct(100).groups()).hasSize(100);
		assertThat(distinct(100).other()).isEmpty();
	}

	@Test
	void whatIsBeyondAHundredIsOther() {
		ErrorGroups groups = distinct(103);
		assertThat(groups.groups()).hasSize(101).last().isEqualTo(groups.other().orElseThrow());
		assertThat(groups.top(1_000)).hasSize(100).noneMatch(ErrorGroup::isOther);
		// the least frequent three of 1, 2, 3 ... 103
		assertThat(groups.other().orElseThrow().count()).isEqualTo(1 + 2 + 3);
		assertThat(groups.total()).isEqualTo(103 * 104 / 2);
	}

	@Test
	void otherStaysLastHoweverFrequent() {
		ErrorGroups groups = distinct(103);
		for (int i = 0; i < 10; i++) {
			groups = groups.plus(groups);
		}
		assertThat(groups.groups().getLast().isOther()).isTrue();
		assertThat(groups.total()).isEqualTo(1_024L * 103 * 104 / 2);
	}

	@Test
	void messageThatSaysOtherIsNotTheRest() {
		ErrorGroups groups = ErrorGroups.builder().add("other", null, 7, NOON, NOON).build().plus(distinct(103));
		assertThat(groups.other().orElseThrow().count()).isEqualTo(1 + 2 + 3 + 4);
		assertThat(groups.top(1_000)).extracting(ErrorGroup::example).contains("other");
	}

	@Test
	void storedGroupsComeBack() {
		ErrorGroups groups = distinct(103);
		assertThat(ErrorGroups.of(groups.groups().reversed())).isEqualTo(groups);
	}

	@Test
	void mergingAtOnceEqualsOneByOneWhileNothingIsLeftOut() {
		List<ErrorGroups> parts = List.of(distinct(10), distinct(60), distinct(100));
		assertThat(ErrorGroups.merged(parts)).isEqualTo(parts.get(2).plus(parts.get(0)).plus(parts.get(1)));
		assertThat(ErrorGroups.merged(List.of())).isEqualTo(ErrorGroups.empty());
	}

	@Test
	void groupsOfAnotherMaskingVersionAreMaskedAgain() {
		ErrorGroup older = new ErrorGroup("Timeout after NUMBER s", 7, "Timeout after 30 s", 2, NOON, NOON);
		ErrorGroup olderRest = new ErrorGroup(ErrorGroup.OTHER, 7, "whatever", 4, NOON, NOON);
		ErrorGroups current = ErrorGroups.builder().add("Timeout after 5 s", null, 1, NOON, NOON).build();
		ErrorGroups all = current.plus(ErrorGroups.of(List.of(older, olderRest)));
		assertThat(all.top(10)).containsExactly(
				new ErrorGroup("Timeout after <*>", ErrorMask.VERSION, "Timeout after 30 s", 3, NOON, NOON));
		assertThat(all.other()).hasValueSatisfying((other) -> {
			assertThat(other.count()).isEqualTo(4);
			assertThat(other.maskingVersion()).isEqualTo(ErrorMask.VERSION);
		});
	}

	@Test
	void builderTracksTenThousandGroupsAndCountsTheRest() {
		ErrorGroups.Builder builder = ErrorGroups.builder();
		for (int i = 0; i < ErrorGroups.Builder.MAX_TRACKED; i++) {
			builder.add(word(i), null, 1, NOON, NOON);
		}
		builder.add("too late", null, 1_000, NOON, NOON).add(word(0), null, 1, NOON, NOON);
		ErrorGroups groups = builder.build();
		assertThat(groups.top(1)).extracting(ErrorGroup::fingerprint).containsExactly(word(0));
		assertThat(groups.other().orElseThrow().count()).isEqualTo(1_000 + ErrorGroups.Builder.MAX_TRACKED - 100);
		assertThat(groups.total()).isEqualTo(1_001 + ErrorGroups.Builder.MAX_TRACKED);
	}

	@Test
	void totalSaturates() {
		ErrorGroups groups = ErrorGroups.builder()
			.add("a", null, Long.MAX_VALUE, NOON, NOON)
			.add("b", null, 1, NOON, NOON)
			.build();
		assertThat(groups.total()).isEqualTo(Long.MAX_VALUE);
		assertThat(groups.countBeyond(1)).isOne();
		assertThat(groups.countBeyond(2)).isZero();
	}

	/** Groups of 1, 2, 3 and so on errors. */
	private static ErrorGroups distinct(int count) {
		ErrorGroups.Builder builder = ErrorGroups.builder();
		IntStream.range(0, count).forEach((i) -> builder.add(word(i), null, i + 1, NOON, NOON));
		return builder.build();
	}

	private static String word(int number) {
		return Integer.toString(number, 10)
			.chars()
			.collect(StringBuilder::new, (word, digit) -> word.append((char) ('g' + digit - '0')),
					StringBuilder::append)
			.toString();
	}

}
