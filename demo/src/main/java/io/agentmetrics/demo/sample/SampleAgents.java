package io.agentmetrics.demo.sample;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

import static io.agentmetrics.demo.sample.ErrorKind.BAD_JSON;
import static io.agentmetrics.demo.sample.ErrorKind.BUDGET;
import static io.agentmetrics.demo.sample.ErrorKind.CONNECTION;
import static io.agentmetrics.demo.sample.ErrorKind.CONTEXT_LENGTH;
import static io.agentmetrics.demo.sample.ErrorKind.DEADLOCK;
import static io.agentmetrics.demo.sample.ErrorKind.GUARDRAIL;
import static io.agentmetrics.demo.sample.ErrorKind.MISSING_FILE;
import static io.agentmetrics.demo.sample.ErrorKind.OUT_OF_MEMORY;
import static io.agentmetrics.demo.sample.ErrorKind.RATE_LIMIT;
import static io.agentmetrics.demo.sample.ErrorKind.TOOL_ARGUMENTS;
import static io.agentmetrics.demo.sample.ErrorKind.TOOL_FAILED;
import static io.agentmetrics.demo.sample.Rhythm.ALWAYS;
import static io.agentmetrics.demo.sample.Rhythm.CUSTOMERS;
import static io.agentmetrics.demo.sample.Rhythm.NIGHT;
import static io.agentmetrics.demo.sample.Rhythm.OFFICE;

/**
 * Who works at the company of the sample: from product recommendations in a second to
 * migrations that take days, a few that are in trouble and one that never ran.
 */
public final class SampleAgents {

	/**
	 * Every other release of this one is slower, fails more often and takes more tokens.
	 */
	public static final String WITH_WORSE_RELEASES = "Email Drafter";

	/**
	 * In no order that matters; a new one goes to the end, because the place seeds it.
	 */
	static final List<SampleAgent> ALL = List.of(
			agent("Product Recommender", 520, CUSTOMERS, ms(850), 0.7, seconds(10), 0.5, RATE_LIMIT, CONNECTION),
			agent("Order Status Concierge", 460, CUSTOMERS, ms(2_200), 0.6, seconds(30), 0.8, TOOL_FAILED, RATE_LIMIT),
			agent("Support Triage", 380, CUSTOMERS, ms(4_000), 0.7, seconds(60), 1.2, BAD_JSON, RATE_LIMIT, GUARDRAIL),
			agent("Review Moderator", 250, ALWAYS, ms(700), 0.6, seconds(10), 0.4, GUARDRAIL, CONNECTION),
			agent("Fraud Sentinel", 220, ALWAYS, ms(1_400), 0.6, seconds(15), 0.6, CONNECTION, TOOL_FAILED),
			agent("Image Captioner", 180, ALWAYS, ms(3_000), 0.7, seconds(30), 1, MISSING_FILE, GUARDRAIL),
			agent("Translation Desk", 170, OFFICE, seconds(6), 0.9, seconds(180), 1, CONTEXT_LENGTH, RATE_LIMIT),
			agent("Refund Assistant", 150, CUSTOMERS, seconds(9), 0.9, seconds(120), 2.5, TOOL_FAILED, TOOL_ARGUMENTS),
			agent(WITH_WORSE_RELEASES, 140, OFFICE, seconds(12), 0.8, seconds(120), 1.5, RATE_LIMIT, GUARDRAIL),
			agent("Invoice Extractor", 130, OFFICE, seconds(20), 0.9, seconds(300), 5, BAD_JSON, MISSING_FILE,
					CONTEXT_LENGTH),
			agent("CRM Enricher", 120, NIGHT, seconds(14), 1, seconds(300), 6, TOOL_FAILED, DEADLOCK, RATE_LIMIT),
			agent("SQL Copilot", 110, OFFICE, seconds(8), 1, seconds(120), 3, TOOL_ARGUMENTS, DEADLOCK),
			agent("Meeting Summarizer", 105, OFFICE, seconds(35), 0.8, minutes(10), 2, CONTEXT_LENGTH, MISSING_FILE),
			agent("Code Reviewer", 95, OFFICE, seconds(70), 1, minutes(30), 2.5, CONTEXT_LENGTH, CONNECTION, BAD_JSON),
			agent("Sales Lead Qualifier", 90, OFFICE, seconds(25), 0.9, seconds(300), 3, TOOL_ARGUMENTS, RATE_LIMIT),
			agent("Market Watcher", 85, ALWAYS, seconds(15), 0.9, seconds(120), 2, CONNECTION, RATE_LIMIT),
			agent("Voice Transcriber", 75, CUSTOMERS, minutes(2), 1, minutes(60), 2, MISSING_FILE, OUT_OF_MEMORY),
			agent("Log Detective", 65, ALWAYS, seconds(40), 1.2, minutes(30), 3, CONTEXT_LENGTH, TOOL_FAILED),
			agent("Calendar Negotiator", 60, OFFICE, seconds(18), 1.1, seconds(300), 4, TOOL_ARGUMENTS, BUDGET),
			agent("Test Writer", 50, OFFICE, minutes(4), 1.1, minutes(120), 7, BAD_JSON, CONTEXT_LENGTH),
			agent("KYC Verifier", 45, OFFICE, seconds(90), 1, minutes(30), 12, MISSING_FILE, GUARDRAIL, TOOL_FAILED),
			agent("Expense Auditor", 40, OFFICE, seconds(45), 0.9, minutes(15), 2, BAD_JSON, TOOL_ARGUMENTS),
			agent("Onboarding Buddy", 32, OFFICE, seconds(16), 0.9, seconds(180), 1.5, GUARDRAIL, RATE_LIMIT),
			agent("Claims Adjuster", 30, OFFICE, minutes(6), 1.1, minutes(120), 4, MISSING_FILE, BAD_JSON),
			agent("Résumé Screener", 28, OFFICE, seconds(55), 0.9, minutes(15), 11, BAD_JSON, MISSING_FILE),
			agent("Dashboard Narrator", 26, NIGHT, seconds(50), 0.7, minutes(10), 1, DEADLOCK, CONNECTION),
			agent("Contract Reviewer", 24, OFFICE, minutes(4), 0.9, minutes(60), 3.5, CONTEXT_LENGTH, GUARDRAIL),
			agent("Bug Reproducer", 22, OFFICE, minutes(18), 1.3, hours(8), 14, TOOL_FAILED, OUT_OF_MEMORY, BAD_JSON),
			agent("SEO Optimizer", 18, NIGHT, minutes(9), 1, minutes(120), 2, RATE_LIMIT, BUDGET),
			agent("Deep Research Crew", 16, OFFICE, minutes(75), 1.5, hours(120), 6, BUDGET, CONTEXT_LENGTH,
					RATE_LIMIT),
			agent("Dependency Updater", 14, NIGHT, minutes(11), 1.2, hours(4), 9, TOOL_FAILED, OUT_OF_MEMORY),
			agent("Ledger Reconciler", 12, NIGHT, minutes(22), 1.1, hours(6), 6, DEADLOCK, BAD_JSON),
			agent("Knowledge Gardener", 10, NIGHT, minutes(40), 1.3, hours(12), 4, CONTEXT_LENGTH, CONNECTION),
			agent("Incident Commander", 8, ALWAYS, minutes(25), 1.5, hours(48), 5, TOOL_FAILED, CONNECTION),
			agent("Data Migrator", 6, NIGHT, hours(3), 1.5, hours(144), 5, DEADLOCK, OUT_OF_MEMORY),
			agent("Newsletter Editor", 4, NIGHT, minutes(30), 0.9, hours(6), 3, GUARDRAIL, BUDGET),
			agent("Policy Drafter", 0, OFFICE, minutes(5), 1, hours(1), 2, GUARDRAIL));

	private SampleAgents() {
	}

	/** Returns the id of one of them by its name. */
	public static UUID idOf(String name) {
		return ALL.stream().filter((agent) -> agent.name().equals(name)).findFirst().orElseThrow().id();
	}

	private static SampleAgent agent(String name, double perWeekday, Rhythm rhythm, Duration median, double spread,
			Duration timeout, double failurePercent, ErrorKind... errors) {
		return new SampleAgent(name, perWeekday, rhythm, median, spread, timeout, failurePercent, List.of(errors));
	}

	private static Duration ms(long amount) {
		return Duration.ofMillis(amount);
	}

	private static Duration seconds(long amount) {
		return Duration.ofSeconds(amount);
	}

	private static Duration minutes(long amount) {
		return Duration.ofMinutes(amount);
	}

	private static Duration hours(long amount) {
		return Duration.ofHours(amount);
	}

}
