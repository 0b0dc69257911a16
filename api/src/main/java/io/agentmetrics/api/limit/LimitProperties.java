package io.agentmetrics.api.limit;

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
 * The limits of one request.
 *
 * @param depth how deeply fields may be nested
 * @param fields how many fields an operation may select, every alias and every use of a
 * fragment counted
 * @param tokens how many words and signs the text of a query may have
 * @param body how large a request may be
 * @param timeout how long a request may take as a whole, its body and its work in the
 * database included
 * @param answer how much memory an answer may take while it is made, about ten times what
 * is sent of it; all of them together may take a quarter of the heap
 * @param connectionsPerRequest how many of a request's fields may be computed at once,
 * each on a connection to the database
 * @param connectionsPerClient the same for all requests of one client: of one token's
 * subject, or of one address where no token is needed; fewer while others compute: no
 * more than its equal share, rounded up
 */
@Validated
@ConfigurationProperties("agent-metrics.limits")
public record LimitProperties(@DefaultValue("20") @Min(15) @Max(100) int depth,
		@DefaultValue("500") @Min(250) @Max(10_000) int fields,
		@DefaultValue("4000") @Min(1_000) @Max(100_000) int tokens, @DefaultValue("256KB") @NotNull DataSize body,
		@DefaultValue("15s") @DurationMin(millis = 100) @DurationMax(seconds = 25) Duration timeout,
		@DefaultValue("32MB") @NotNull DataSize answer, @DefaultValue("3") @Min(1) @Max(100) int connectionsPerRequest,
		@DefaultValue("6") @Min(1) @Max(100) int connectionsPerClient) {

}
