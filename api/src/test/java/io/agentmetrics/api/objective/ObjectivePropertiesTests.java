package io.agentmetrics.api.objective;

import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

class ObjectivePropertiesTests {

	private static final String AGENT = "6f1c9a52-0f7e-4f4e-9d3b-2a64a8f0c111";

	@Test
	void withoutSettingsThereAreNone() {
		assertThat(bind(Map.of()).all()).isEmpty();
	}

	@Test
	void objectivesAreReadByName() {
		ObjectiveProperties properties = bind(Map.of("b.success-rate", "99.9", "b.agents", AGENT, "a.within", "20s",
				"a.share", "95", "a.days", "7", "a.names", "Invoice*", "a.environments", "production,eu"));
		assertThat(properties.all()).extracting(Objective::name).containsExactly("a", "b");
		Objective first = properties.all().getFirst();
		assertThat(first.kind()).isEqualTo(ObjectiveKind.EXECUTION_TIME);
		assertThat(first.withinMs()).hasValue(20_000);
		assertThat(first.targetPercent()).isEqualTo(95);
		assertThat(first.days()).isEqualTo(7);
		assertThat(first.environments()).containsExactlyInAnyOrder("production", "eu");
		assertThat(first.patterns()).singleElement()
			.matches((pattern) -> pattern.matches("invoice reader") && !pattern.matches("An invoice reader"));
		Objective second = properties.all().getLast();
		assertThat(second.kind()).isEqualTo(ObjectiveKind.SUCCESS_RATE);
		assertThat(second.targetPercent()).isEqualTo(99.9);
		assertThat(second.days()).isEqualTo(28);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					x.success-rate=101 x.names=*                      | agent-metrics.objectives.x.success-rate must be above 0 and below 100
					x.success-rate=100 x.names=*                      | agent-metrics.objectives.x.success-rate must be above 0 and below 100
					x.success-rate=0 x.names=*                        | agent-metrics.objectives.x.success-rate must be above 0 and below 100
					x.success-rate=99.99999 x.names=*                 | not 99.99999
					x.within=20s x.share=100.5 x.names=*              | agent-metrics.objectives.x.share must be above 0 and below 100
					x.within=20s x.names=*                            | agent-metrics.objectives.x.share must be given with within
					x.share=95 x.names=*                              | agent-metrics.objectives.x.within must be from 1ms to ten years
					x.within=0s x.share=95 x.names=*                  | agent-metrics.objectives.x.within must be from 1ms to ten years, such as 20s, not PT0S
					x.names=*                                         | agent-metrics.objectives.x must have either success-rate, or both within and share
					x.success-rate=99 x.within=1s x.share=5 x.names=* | agent-metrics.objectives.x must have either success-rate, or both within and share
					x.success-rate=99                                 | agent-metrics.objectives.x must name agents, names or environments
					x.success-rate=99 x.days=0 x.names=*              | agent-metrics.objectives.x.days must be from 1 to 90, not 0
					x.success-rate=99 x.days=91 x.names=*             | agent-metrics.objectives.x.days must be from 1 to 90, not 91
					x.success-rate=99 x.agents=me                     | agent-metrics.objectives.x.agents must be ids of agents such as 6f1c9a52-0f7e-4f4e-9d3b-2a64a8f0c111, not me
					[X y].success-rate=99                             | The name of an objective in agent-metrics.objectives has up to 40 lower-case letters, digits, - and _, not X y
					""")
	void wrongSettingsAreRefusedByName(String settings, String sentence) {
		assertRefused(settings, sentence);
	}

	@ParameterizedTest
	@CsvSource({ "a.success-rate=99 a.names=Shop* b.success-rate=98 b.names=shop*",
			"a.success-rate=99 a.agents=" + AGENT + " b.success-rate=98 b.agents=" + AGENT,
			"a.success-rate=99 a.environments=eu b.success-rate=98 b.environments=eu",
			"a.success-rate=99 a.names=* b.success-rate=98 b.environments=eu" })
	void objectivesThatOverlapAreRefusedByName(String settings) {
		assertRefused(settings,
				"agent-metrics.objectives.a and agent-metrics.objectives.b overlap: both are about the same executions "
						+ "of the same agents over the same 28 days");
	}

	@ParameterizedTest
	@CsvSource({ "a.success-rate=99 a.names=Shop* b.success-rate=98 b.names=shop* b.days=7",
			"a.success-rate=99 a.names=Shop* b.success-rate=98 b.names=Bank*",
			"a.success-rate=99 a.names=* b.within=1s b.share=98 b.names=*",
			"a.within=2s a.share=99 a.names=* b.within=1s b.share=98 b.names=*",
			"a.success-rate=99 a.environments=eu b.success-rate=98 b.environments=us" })
	void objectivesThatAskForSomethingElseDoNotOverlap(String settings) {
		assertThat(bind(parsed(settings)).all()).hasSize(2);
	}

	private static void assertRefused(String settings, String sentence) {
		assertThatException().isThrownBy(() -> bind(parsed(settings))).satisfies((ex) -> {
			Throwable cause = ex;
			while (cause.getCause() != null) {
				cause = cause.getCause();
			}
			assertThat(cause).hasMessageContaining(sentence);
		});
	}

	private static Map<String, String> parsed(String settings) {
		Map<String, String> parsed = new LinkedHashMap<>();
		for (String each : settings.split(" (?=[a-z]+\\.)")) {
			parsed.put(each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1));
		}
		return parsed;
	}

	private static ObjectiveProperties bind(Map<String, String> settings) {
		Map<String, String> prefixed = new LinkedHashMap<>();
		settings.forEach((name, value) -> prefixed
			.put("agent-metrics.objectives" + (name.startsWith("[") ? "" : ".") + name, value));
		return new Binder(new MapConfigurationPropertySource(prefixed)).bindOrCreate("agent-metrics",
				Bindable.of(ObjectiveProperties.class));
	}

}
