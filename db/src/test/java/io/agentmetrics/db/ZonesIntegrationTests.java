package io.agentmetrics.db;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.agentmetrics.model.time.DayCalendar;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The ways in which statements find the day of a moment, against the calendar: around all
 * changes of all clocks since 2000, in sessions whose own zone and dates are others.
 */
class ZonesIntegrationTests {

	private static final LocalDate FROM = LocalDate.of(2000, 1, 2);

	private static final LocalDate TO = LocalDate.of(2038, 1, 1);

	private static final String DAYS = """
			with days as (
				select * from unnest(?::date[], ?::timestamptz[], ?::timestamptz[])
					with ordinality as days (metric_date, starts_at, ends_at, n)
			), arrays as (
				select array_agg(metric_date order by n) as dates, array_agg(starts_at order by n) as starts,
					array_agg(ends_at order by n) as ends
				from days
			), moments as (
				select moment, n, width_bucket(moment, starts)::integer as bucket
				from unnest(?::timestamptz[]) with ordinality as moments (moment, n)
				cross join arrays
			)
			select array_agg(dates[bucket] order by moments.n), array_agg(dates[day] order by moments.n),
				(select count(*) from unnest((select range_agg(tstzrange(starts_at, ends_at)) from days)) as run)
			from moments
			cross join arrays
			join lateral generate_series(bucket - 3, bucket + 3) as near (day)
				on moment >= starts[day] and moment < ends[day]
			""";

	@Test
	void statementsFindTheDaysOfTheCalendar() throws SQLException {
		Map<ZoneRules, ZoneId> zones = ZoneId.getAvailableZoneIds()
			.stream()
			.map(ZoneId::of)
			.collect(Collectors.toMap(ZoneId::getRules, (zone) -> zone, (one, other) -> one));
		assertThat(zones).hasSizeGreaterThan(200);
		try (TestDatabase database = TestDatabase.empty();
				Connection connection = database.dataSource().getConnection()) {
			connection.createStatement().execute("set timezone = 'America/Havana'");
			for (ZoneId zone : zones.values()) {
				compare(connection, new DayCalendar(zone));
			}
		}
	}

	private static void compare(Connection connection, DayCalendar calendar) throws SQLException {
		TreeMap<Instant, LocalDate> expected = new TreeMap<>();
		TreeSet<LocalDate> around = new TreeSet<>(List.of(FROM, TO.minusDays(1)));
		ZoneRules rules = calendar.zone().getRules();
		for (ZoneOffsetTransition change = rules.nextTransition(calendar.startOf(FROM.plusDays(3))); change != null
				&& change.getInstant()
					.isBefore(calendar.startOf(TO.minusDays(3))); change = rules.nextTransition(change.getInstant())) {
			LocalDate day = calendar.dayOf(change.getInstant());
			around.addAll(calendar.days(day.minusDays(1), day.plusDays(2)));
			expected.put(change.getInstant(), day);
			expected.put(change.getInstant().minusNanos(1_000), calendar.dayOf(change.getInstant().minusNanos(1_000)));
		}
		for (LocalDate day : around) {
			expected.put(calendar.startOf(day), day);
			expected.put(calendar.startOf(day.plusDays(1)).minusNanos(1_000), day);
		}
		TreeSet<LocalDate> days = new TreeSet<>();
		around.forEach((day) -> days.addAll(calendar.days(day.minusDays(4), day.plusDays(5))));
		long runs = days.stream().filter((day) -> !days.contains(calendar.dayOf(before(calendar, day)))).count();
		try (PreparedStatement statement = connection.prepareStatement(DAYS)) {
			statement.setArray(1, array(connection, "date", days));
			statement.setArray(2, array(connection, "timestamptz", days.stream().map(calendar::startOf).toList()));
			statement.setArray(3, array(connection, "timestamptz",
					days.stream().map((day) -> calendar.startOf(day.plusDays(1))).toList()));
			statement.setArray(4, array(connection, "timestamptz", expected.keySet()));
			try (ResultSet found = statement.executeQuery()) {
				found.next();
				String all = expected.values()
					.stream()
					.map(LocalDate::toString)
					.collect(Collectors.joining(",", "{", "}"));
				assertThat(found.getString(1)).as("by bucket in %s", calendar.zone()).isEqualTo(all);
				assertThat(found.getString(2)).as("by range in %s", calendar.zone()).isEqualTo(all);
				assertThat(found.getLong(3)).as("unbroken runs in %s", calendar.zone()).isEqualTo(runs);
			}
		}
	}

	private static Instant before(DayCalendar calendar, LocalDate day) {
		return calendar.startOf(day).minusNanos(1_000);
	}

	private static Array array(Connection connection, String type, Iterable<?> values) throws SQLException {
		List<String> texts = new ArrayList<>();
		values.forEach((value) -> texts.add(value.toString()));
		return connection.createArrayOf(type, texts.toArray());
	}

}
