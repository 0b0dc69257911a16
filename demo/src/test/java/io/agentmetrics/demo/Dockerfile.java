package io.agentmetrics.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Dockerfile as a shell script that follows it without Docker: as root, with the files
 * of each stage laid over those of this machine.
 */
final class Dockerfile {

	private static final Pattern FROM = Pattern.compile("(\\S+) AS (\\S+)");

	private static final Pattern COPY = Pattern.compile("--from=(\\S+) (.+) (\\S+)");

	/** What the script begins with: a working folder and the java of the images. */
	private static final String FUNCTIONS = """
			set -eux
			cd %s
			stage() {
				mkdir -p $1/upper $1/work $1/root
				mount -t overlay overlay -o lowerdir=$2,upperdir=$1/upper,workdir=$1/work $1/root
				mount -t proc proc $1/root/proc
				mount --rbind /dev $1/root/dev
				mount -t tmpfs -o mode=1777 tmpfs $1/root/tmp
			}
			run() {
				root=$1/root user=${2%%%%:*} group=${2##*:}
				shift 2
				chroot $root setpriv --reuid $user --regid $group --clear-groups \\
					env -i -C /tmp PATH=%s:$PATH "$@"
			}
			copy() {
				destination=$1
				shift
				mkdir -p $destination
				for source; do
					if test -d $source; then source=$source/.; fi
					cp -a --no-preserve=ownership $source $destination
				done
			}
			""";

	private final Map<String, String> users = new HashMap<>();

	private final StringBuilder script = new StringBuilder();

	private final Map<String, String> arguments;

	private String stage = "";

	private Dockerfile(Map<String, String> arguments) {
		this.arguments = arguments;
	}

	/**
	 * Returns the script. It begins with the stage {@code train}: what that copies from
	 * Maven's stage {@code build} has to be there.
	 * @param file the Dockerfile
	 * @param work the folder to work in
	 * @param java the folder of the java that images have
	 * @param arguments of the programs that are to be started, by stage
	 */
	static String script(Path file, Path work, Path java, Map<String, String> arguments) throws IOException {
		Dockerfile dockerfile = new Dockerfile(arguments);
		dockerfile.script.append(FUNCTIONS.formatted(work, java));
		String text = Files.readString(file).replaceAll("(?m)^#.*\\R", "").replaceAll("\\\\\\R\\s*", "");
		text.lines()
			.filter((line) -> !line.isBlank())
			.dropWhile((line) -> !line.endsWith(" AS train"))
			.map((line) -> line.split(" ", 2))
			.forEach((line) -> dockerfile.follow(line[0], line[1]));
		return dockerfile.script.toString();
	}

	private void follow(String instruction, String rest) {
		switch (instruction) {
			case "FROM" -> from(rest);
			case "USER" -> this.users.put(this.stage, rest);
			case "COPY" -> copy(rest);
			case "RUN" -> line("run", this.stage, user(), rest.startsWith("[") ? words(rest) : "sh -c " + quoted(rest));
			case "ENTRYPOINT" -> start(rest);
			case "WORKDIR", "EXPOSE" -> {
			}
			default -> throw new IllegalStateException("Nobody has said how to follow " + instruction);
		}
	}

	private void from(String rest) {
		Matcher from = matched(FROM, rest);
		this.stage = from.group(2);
		boolean ofStage = this.users.containsKey(from.group(1));
		this.users.put(this.stage, ofStage ? this.users.get(from.group(1)) : "root");
		line("stage", this.stage, ofStage ? from.group(1) + "/root" : "/");
	}

	private void copy(String rest) {
		Matcher copy = matched(COPY, rest);
		String from = copy.group(1) + "/root";
		String sources = Stream.of(copy.group(2).split(" ")).map(from::concat).collect(Collectors.joining(" "));
		line("copy", this.stage + "/root" + copy.group(3), sources);
	}

	/** With a cache that does not fit the program ends. */
	private void start(String rest) {
		if (this.arguments.containsKey(this.stage)) {
			line("run", this.stage, user(), "env JAVA_TOOL_OPTIONS=-XX:AOTMode=on", words(rest),
					quoted(this.arguments.get(this.stage)));
		}
	}

	private String user() {
		return Objects.requireNonNull(this.users.get(this.stage));
	}

	private void line(String... words) {
		this.script.append(String.join(" ", words)).append('\n');
	}

	private static Matcher matched(Pattern pattern, String text) {
		Matcher matcher = pattern.matcher(text);
		if (!matcher.matches()) {
			throw new IllegalStateException("Nobody has said how to follow " + text);
		}
		return matcher;
	}

	/** Of the form in brackets, which has no shell. */
	private static String words(String json) {
		return GraphQlClient.parse(json)
			.valueStream()
			.map((word) -> quoted(word.asString()))
			.collect(Collectors.joining(" "));
	}

	private static String quoted(String word) {
		return "'" + word.replace("'", "'\\''") + "'";
	}

}
