package io.agentmetrics.api.push;

import java.time.Duration;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How subscribers are told of changes.
 *
 * @param interval how often the database is asked whether anything has changed, while
 * there are subscribers
 * @param recheck how often answers are looked at without a change, because windows move
 * on with the time
 * @param maximumSubscriptions how many there may be at once in this process
 */
@Validated
@ConfigurationProperties("agent-metrics.push")
record PushProperties(@DefaultValue("1500ms") @DurationMin(millis = 100) @DurationMax(minutes = 5) Duration interval,
		@DefaultValue("1m") @DurationMin(seconds = 1) @DurationMax(hours = 1) Duration recheck,
		@DefaultValue("500") @Min(1) @Max(10_000) int maximumSubscriptions) {
}
