package io.agentmetrics.api.export;

import java.time.Duration;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The limits of exports: each holds a connection to the database until its client has
 * read it.
 *
 * @param concurrent how many may run at once in this process
 * @param timeLimit how long one may run
 */
@Validated
@ConfigurationProperties("agent-metrics.export")
record ExportProperties(@DefaultValue("4") @Min(1) @Max(100) int concurrent,
		@DefaultValue("10m") @DurationMin(seconds = 1) @DurationMax(hours = 6) Duration timeLimit) {
}
