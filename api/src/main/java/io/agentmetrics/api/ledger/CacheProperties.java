package io.agentmetrics.api.ledger;

import java.time.Duration;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long answers are kept.
 *
 * @param openWindows how long an answer is served whose window reaches up to now; 0 keeps
 * none
 * @param closedDays how long an answer about closed days is kept after it was last asked
 * for, 0 keeps none; it is never served once one of its days has changed
 * @param maximumSize how many answers each cache keeps; one with long lists counts as
 * several
 */
@Validated
@ConfigurationProperties("agent-metrics.cache")
record CacheProperties(@DefaultValue("5s") @DurationMin @DurationMax(minutes = 10) Duration openWindows,
		@DefaultValue("1h") @DurationMin @DurationMax(days = 1) Duration closedDays,
		@DefaultValue("20000") @Min(100) @Max(1_000_000) long maximumSize) {
}
