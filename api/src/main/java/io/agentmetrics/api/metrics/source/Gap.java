package io.agentmetrics.api.metrics.source;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Collections;

import io.agentmetrics.model.time.DayCalendar;

/**
 * Something that an answer leaves out.
 *
 * @param until answers about the time from this moment on do not miss it
 * @param sentence what it is
 */
record Gap(Instant until, String sentence) {

	static Gap ofDays(Collection<LocalDate> days, DayCalendar calendar, String sentence) {
		return new Gap(calendar.startOf(Collections.max(days).plusDays(1)), sentence);
	}

}
