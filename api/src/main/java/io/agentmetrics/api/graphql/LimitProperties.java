package io.agentmetrics.api.graphql;

import java.time.Duration;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * What one GraphQL request may ask for at most.
 *
 * @param depth how deeply fields may be nested
 * @param fields how many fields an operation may select, every alias and every use of a
 * fragment counted
 * @param tokens how many words and signs the text of a query may have
 * @param body how large a request may be
 * @param timeout how long a request may take as a whole
 */
@Validated
@ConfigurationProperties("agent-metrics.limits")
record LimitProperties(@DefaultValue("20") @Min(15) @Max(100) int depth,
		@DefaultValue("500") @Min(250) @Max(10_000) int fields,
		@DefaultValue("4000") @Min(1_000) @Max(100_000) int tokens, @DefaultValue("256KB") @NotNull DataSize body,
		@DefaultValue("15s") @DurationMin(millis = 100) @DurationMax(seconds = 25) Duration timeout) {
}
