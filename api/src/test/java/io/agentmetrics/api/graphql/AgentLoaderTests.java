package io.agentmetrics.api.graphql;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.agentmetrics.api.graphql.AgentLoader.Key;
import io.agentmetrics.api.problem.ProblemException;
import io.agentmetrics.api.problem.ProblemKind;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessResourceFailureException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class AgentLoaderTests {

	private static final UUID SOUND = new UUID(0, 1);

	private static final UUID OTHER = new UUID(0, 2);

	private static final UUID DAMAGED = new UUID(0, 3);

	private final List<List<UUID>> calls = new ArrayList<>();

	@Test
	void agentsAboutWhichTheSameIsAskedAreReadTogether() {
		assertThat(load(Set.of(new Key<>(SOUND, "a"), new Key<>(OTHER, "a"), new Key<>(SOUND, "b"))))
			.allSatisfy((key, answer) -> assertThat(answer.get()).isEqualTo(key.agentId() + key.question()))
			.hasSize(3);
		assertThat(this.calls).hasSize(2);
	}

	@Test
	void onlyTheAgentWhoseDataCannotBeUsedHasNoAnswer() {
		Map<Key<String>, Supplier<String>> answers = load(
				Set.of(new Key<>(SOUND, "a"), new Key<>(OTHER, "a"), new Key<>(DAMAGED, "a")));
		assertThat(answer(answers, SOUND).get()).isEqualTo(SOUND + "a");
		assertThat(answer(answers, OTHER).get()).isEqualTo(OTHER + "a");
		assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> answer(answers, DAMAGED).get())
			.satisfies((ex) -> assertThat(ex.problem().kind()).isEqualTo(ProblemKind.CORRUPT_DATA));
	}

	@Test
	void databaseThatIsAwayIsAskedOnce() {
		assertThatExceptionOfType(DataAccessResourceFailureException.class).isThrownBy(
				() -> AgentLoader.load(Set.of(new Key<>(SOUND, "a"), new Key<>(OTHER, "a")), (agents, asked) -> {
					this.calls.add(agents);
					throw new DataAccessResourceFailureException("away");
				}));
		assertThat(this.calls).hasSize(1);
	}

	private Map<Key<String>, Supplier<String>> load(Set<Key<String>> keys) {
		return AgentLoader.load(keys, (agents, question) -> {
			this.calls.add(agents);
			if (agents.contains(DAMAGED)) {
				throw new ArithmeticException("damaged");
			}
			return agents.stream().collect(Collectors.toMap(Function.identity(), (agent) -> agent + question));
		});
	}

	private static Supplier<String> answer(Map<Key<String>, Supplier<String>> answers, UUID agent) {
		return Objects.requireNonNull(answers.get(new Key<>(agent, "a")));
	}

}
