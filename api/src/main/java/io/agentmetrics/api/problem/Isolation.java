package io.agentmetrics.api.problem;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.transaction.TransactionException;

/**
 * Answers a question for many agents at once. Where what is stored for one of them cannot
 * be calculated with, the question is asked again for each half of them, so that only
 * this one is without an answer.
 */
public final class Isolation {

	private static final Logger logger = LoggerFactory.getLogger(Isolation.class);

	private Isolation() {
	}

	/**
	 * Asks for many agents at once.
	 * @param asked the agents, or what stands for them
	 * @param together answers for any number of them
	 * @param <K> what stands for an agent
	 * @param <V> the answer for one agent
	 * @return for each that has an answer a supplier of it; for one that cannot be
	 * answered the supplier throws {@link ProblemKind#CORRUPT_DATA}
	 * @throws RuntimeException what {@code together} throws when that is not due to what
	 * is stored
	 */
	public static <K, V> Map<K, Supplier<V>> ask(List<K> asked, Function<List<K>, Map<K, V>> together) {
		Map<K, Supplier<V>> answers = HashMap.newHashMap(asked.size());
		ask(asked, together, answers);
		return answers;
	}

	private static <K, V> void ask(List<K> asked, Function<List<K>, Map<K, V>> together, Map<K, Supplier<V>> answers) {
		try {
			together.apply(asked).forEach((key, value) -> answers.put(key, () -> value));
		}
		catch (RuntimeException ex) {
			if (asked.isEmpty() || !isDueToData(ex)) {
				throw ex;
			}
			if (asked.size() > 1) {
				ask(asked.subList(0, asked.size() / 2), together, answers);
				ask(asked.subList(asked.size() / 2, asked.size()), together, answers);
				return;
			}
			logger.atError()
				.addKeyValue("agentId", asked.getFirst())
				.setCause(ex)
				.log("What is stored for an agent cannot be calculated with");
			answers.put(asked.getFirst(), () -> {
				throw new ProblemException(ProblemKind.CORRUPT_DATA,
						"What is stored for this agent cannot be calculated with; the log has the cause.");
			});
		}
	}

	private static boolean isDueToData(RuntimeException failure) {
		return switch (failure) {
			case DataIntegrityViolationException _ -> true;
			case ProblemException _, DataAccessException _, TransactionException _ -> false;
			default -> true;
		};
	}

}
