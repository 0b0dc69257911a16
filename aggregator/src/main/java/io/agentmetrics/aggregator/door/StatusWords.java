package io.agentmetrics.aggregator.door;

import java.util.Map;
import java.util.TreeMap;

import io.agentmetrics.model.execution.ExecutionStatus;

/**
 * The words that platforms have for the status of an execution.
 */
final class StatusWords {

	private static final Map<ExecutionStatus, String> USUAL = Map.of(ExecutionStatus.PENDING,
			"pending queued created scheduled submitted waiting new", ExecutionStatus.RUNNING,
			"running in_progress started processing active executing", ExecutionStatus.COMPLETED,
			"completed complete success successful succeeded ok done finished passed", ExecutionStatus.FAILED,
			"failed failure error errored crashed exception", ExecutionStatus.TIMEOUT,
			"timeout timed_out deadline_exceeded", ExecutionStatus.CANCELLED,
			"cancelled canceled cancel aborted stopped revoked terminated");

	private static final String SEPARATORS = " \t\r\n_-";

	private StatusWords() {
	}

	/**
	 * Returns the usual words and these, which come first.
	 * @return words as the database compares them
	 */
	static Map<String, ExecutionStatus> with(Map<String, ExecutionStatus> own) {
		Map<String, ExecutionStatus> words = new TreeMap<>();
		USUAL.forEach((status, usual) -> {
			for (String word : usual.split(" ")) {
				words.put(normalised(word), status);
			}
		});
		own.forEach((word, status) -> words.put(normalised(word), status));
		return words;
	}

	/**
	 * As the function mapped_executions() of the database does: what separates words
	 * goes, and letters of ASCII become small.
	 */
	private static String normalised(String word) {
		StringBuilder normalised = new StringBuilder();
		for (char letter : word.toCharArray()) {
			if (SEPARATORS.indexOf(letter) < 0) {
				normalised.append((letter >= 'A' && letter <= 'Z') ? (char) (letter - 'A' + 'a') : letter);
			}
		}
		return normalised.toString();
	}

}
