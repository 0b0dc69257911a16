package io.agentmetrics.demo.sample;

import java.time.DayOfWeek;
import java.time.OffsetDateTime;
import java.util.stream.IntStream;

/**
 * When an agent is asked to work, hour by hour and day by day (UTC).
 */
enum Rhythm {

	/** People at desks, Monday to Friday. */
	OFFICE(0.13, 0.08, (hour) -> peak(hour, 10, 2.2) + 0.8 * peak(hour, 15, 2.2) + 0.02),

	/** Customers: evenings, and weekends more than weekdays. */
	CUSTOMERS(1.15, 1.3, (hour) -> peak(hour, 20, 3) + 0.6 * peak(hour, 12, 3) + 0.06),

	/** Scheduled in the small hours of every night. */
	NIGHT(0.8, 0.8, (hour) -> peak(hour, 2, 1.2)),

	/** Machines that never sleep. */
	ALWAYS(0.95, 0.9, (hour) -> 1 + 0.25 * peak(hour, 14, 5));

	private final double saturday;

	private final double sunday;

	private final double[] hours;

	Rhythm(double saturday, double sunday, Weight weight) {
		this.saturday = saturday;
		this.sunday = sunday;
		double[] weights = IntStream.range(0, 24).mapToDouble(weight::of).toArray();
		double sum = IntStream.range(0, 24).mapToDouble((hour) -> weights[hour]).sum();
		this.hours = IntStream.range(0, 24).mapToDouble((hour) -> weights[hour] / sum).toArray();
	}

	/**
	 * Returns the share of a weekday's executions that starts within an hour.
	 * @param hour any moment within the hour
	 * @return the share: those of a weekday add up to 1
	 */
	double share(OffsetDateTime hour) {
		DayOfWeek day = hour.getDayOfWeek();
		double share = this.hours[hour.getHour()];
		return switch (day) {
			case SATURDAY -> share * this.saturday;
			case SUNDAY -> share * this.sunday;
			default -> share;
		};
	}

	private static double peak(int hour, double at, double width) {
		double distance = Math.abs(hour - at);
		double around = Math.min(distance, 24 - distance) / width;
		return StrictMath.exp(-around * around / 2);
	}

	private interface Weight {

		double of(int hour);

	}

}
