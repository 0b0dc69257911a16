package io.agentmetrics.aggregator.door.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.batch.infrastructure.item.ExecutionContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

/**
 * {@link CsvFile}: which records a file has, and which of them are at fault.
 */
class CsvFileTests {

	@TempDir
	private Path folder;

	@Test
	void recordsHaveTheCellsAndTheLineAndTheTextOfTheFile() throws IOException {
		assertThat(read("""
				id,message
				1,plain

				2,"with, comma"
				3,"with ""quotes"" and
				a second line"
				4,
				""")).containsExactly(record(2, "1,plain", "1", "plain"),
				record(4, "2,\"with, comma\"", "2", "with, comma"),
				record(5, "3,\"with \"\"quotes\"\" and\na second line\"", "3", "with \"quotes\" and\na second line"),
				record(7, "4,", "4", ""));
	}

	@ParameterizedTest
	@ValueSource(strings = { "\n", "\r\n", "\r" })
	void linesEndAsTheyDoOnAnySystem(String end) throws IOException {
		assertThat(read("id,n" + end + "1,2" + end + "3,4")).containsExactly(record(2, "1,2", "1", "2"),
				record(3, "3,4", "3", "4"));
	}

	@Test
	void byteOrderMarkIsNoPartOfTheFirstName() throws IOException {
		Path file = Files.writeString(this.folder.resolve("excel.csv"), "\uFEFFid,n\n1,2\n");
		try (CsvFile csv = CsvFile.open(request(file))) {
			assertThat(csv.header().cells()).containsExactly("id", "n");
		}
	}

	@Test
	void gzipIsToldByItsBytes() throws IOException {
		Path file = this.folder.resolve("plain-name.csv");
		try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(file))) {
			gzip.write("id,n\n1,2\n".getBytes(StandardCharsets.UTF_8));
		}
		// as a log that was rotated and appended to
		try (OutputStream more = Files.newOutputStream(file, StandardOpenOption.APPEND);
				OutputStream gzip = new GZIPOutputStream(more)) {
			gzip.write("3,4\n".getBytes(StandardCharsets.UTF_8));
		}
		assertThat(read(file)).containsExactly(record(2, "1,2", "1", "2"), record(3, "3,4", "3", "4"));
	}

	@Test
	void gzipThatIsCutOffIsAnError() throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (OutputStream gzip = new GZIPOutputStream(bytes)) {
			gzip.write("id,n\n1,2\n".repeat(1_000).getBytes(StandardCharsets.UTF_8));
		}
		Path file = this.folder.resolve("cut.csv.gz");
		Files.write(file, Arrays.copyOf(bytes.toByteArray(), bytes.size() - 12));
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> read(file));
	}

	@Test
	void bytesThatAreNotUtf8CostTheirRecord() throws IOException {
		Path file = this.folder.resolve("latin1.csv");
		Files.write(file, "id,n\n1,caf\u00E9\n2,ok\n".getBytes(StandardCharsets.ISO_8859_1));
		List<FileRecord> records = read(file);
		assertThat(records).extracting(FileRecord::fault).containsExactly("is not encoded in UTF-8", null);
		assertThat(records.getFirst().text()).isEqualTo("1,caf\uFFFD");
	}

	@Test
	void replacementCharacterThatTheFileItselfHasIsFine() throws IOException {
		assertThat(read("id,n\n1,\uFFFD\n")).containsExactly(record(2, "1,\uFFFD", "1", "\uFFFD"));
	}

	@Test
	void characterThatPostgresDoesNotStoreCostsItsRecord() throws IOException {
		assertThat(read("id,n\n1,a\0b\n2,ok\n")).extracting(FileRecord::fault)
			.containsExactly("has the character NUL, which PostgreSQL does not store", null);
	}

	@Test
	void recordsWithMoreOrLessCellsThanTheHeaderAreAtFault() throws IOException {
		assertThat(read("id,n\n1\n2,3\n4,5,6\n")).extracting(FileRecord::fault)
			.containsExactly("has 1 cells, but the header 2", null, "has 3 cells, but the header 2");
	}

	@Test
	void quoteThatIsNotClosedCostsItsLineOnly() throws IOException {
		String fault = "has a quote that is not closed before a comma or the end of a line";
		assertThat(read("id,n\n1,\"open\n2,ok\n3,\"closed\"\n4,\"a\"b\n5,ok\n6,\"open\n7,ok")).containsExactly(
				new FileRecord(2, "1,\"open", List.of(), fault), record(3, "2,ok", "2", "ok"),
				record(4, "3,\"closed\"", "3", "closed"), new FileRecord(5, "4,\"a\"b", List.of(), fault),
				record(6, "5,ok", "5", "ok"), new FileRecord(7, "6,\"open", List.of(), fault),
				record(8, "7,ok", "7", "ok"));
	}

	/** The other lines of what looks like one record may be records themselves. */
	@Test
	void recordOfSeveralLinesWithTheWrongNumberOfCellsCostsItsFirstLineOnly() throws IOException {
		assertThat(read("id,n\n1,\"open\n2,ok\n3,closed\",x\n")).extracting(FileRecord::line, FileRecord::fault)
			.containsExactly(tuple(2L, "has 3 cells, but the header 2"), tuple(3L, null),
					tuple(4L, "has 3 cells, but the header 2"));
	}

	@Test
	void recordThatIsTooLongIsAtFaultAndTheNextIsNot() throws IOException {
		String fault = "is longer than 16 MB or 10000 lines";
		List<FileRecord> records = read("id,n\n1," + "x".repeat(CsvLines.MAX_BYTES) + "\n2,ok\n3,\"open\n"
				+ "4,ok\n".repeat(CsvLines.MAX_LINES) + "5,\"closed\"\n");
		assertThat(records).hasSize(CsvLines.MAX_LINES + 4);
		assertThat(records.getFirst().fault()).isEqualTo(fault);
		assertThat(records.get(1)).isEqualTo(record(3, "2,ok", "2", "ok"));
		assertThat(records.get(2)).isEqualTo(new FileRecord(4, "3,\"open", List.of(), fault));
		assertThat(records.get(3)).isEqualTo(record(5, "4,ok", "4", "ok"));
		assertThat(records.getLast().cells()).containsExactly("5", "closed");
	}

	/** So that a chunk of them fits into memory. */
	@Test
	void chunkOfLongRecordsIsFilledUp() throws IOException {
		Path file = Files.writeString(this.folder.resolve("long.csv"),
				"id,n\n" + ("1," + "x".repeat(5 << 20) + "\n").repeat(4));
		try (CsvFile csv = CsvFile.open(request(file))) {
			csv.open(new ExecutionContext());
			List<Boolean> real = new ArrayList<>();
			for (int i = 0; i < 4; i++) {
				real.add(csv.read() != FileRecord.NONE);
			}
			assertThat(real).containsExactly(true, true, false, false);
			csv.update(new ExecutionContext());
			assertThat(csv.read()).isNotEqualTo(FileRecord.NONE);
			assertThat(csv.read()).isNotEqualTo(FileRecord.NONE);
			csv.update(new ExecutionContext());
			assertThat(csv.read()).isNull();
		}
	}

	@Test
	void readingGoesOnBehindWhatWasRead() throws IOException {
		Path file = Files.writeString(this.folder.resolve("again.csv"),
				"id,n\n\n1,\"two\nlines\"\n\n2,\"open\n3,ok\n4,x,y\n5,ok\n");
		List<FileRecord> all = read(file);
		assertThat(all).hasSize(5);
		for (int read = 0; read <= all.size(); read++) {
			ExecutionContext context = new ExecutionContext();
			try (CsvFile before = CsvFile.open(request(file))) {
				before.open(context);
				for (int i = 0; i < read; i++) {
					before.read();
				}
				before.update(context);
			}
			try (CsvFile after = CsvFile.open(request(file))) {
				after.open(context);
				assertThat(rest(after)).isEqualTo(all.subList(read, all.size()));
			}
		}
	}

	@Test
	void emptyFileHasNoColumns() throws IOException {
		Path file = Files.writeString(this.folder.resolve("empty.csv"), "");
		try (CsvFile csv = CsvFile.open(request(file))) {
			assertThat(csv.header().cells()).isEmpty();
			csv.open(new ExecutionContext());
			assertThat(csv.read()).isNull();
		}
	}

	private List<FileRecord> read(String content) throws IOException {
		return read(Files.writeString(this.folder.resolve("runs.csv"), content));
	}

	private static List<FileRecord> read(Path file) throws IOException {
		try (CsvFile csv = CsvFile.open(request(file))) {
			csv.open(new ExecutionContext());
			return rest(csv);
		}
	}

	private static List<FileRecord> rest(CsvFile csv) throws IOException {
		List<FileRecord> records = new ArrayList<>();
		for (FileRecord record = csv.read(); record != null; record = csv.read()) {
			if (record != FileRecord.NONE) {
				records.add(record);
			}
			else {
				csv.update(new ExecutionContext());
			}
		}
		return records;
	}

	private static FileRecord record(long line, String text, String... cells) {
		return new FileRecord(line, text, List.of(cells), null);
	}

	private static ImportRequest request(Path file) {
		return new ImportRequest("legacy", file.toString());
	}

}
