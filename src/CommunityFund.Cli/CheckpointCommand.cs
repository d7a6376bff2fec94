using System.CommandLine;
using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Checkpoints;
using CommunityFund.Checks;
using CommunityFund.Ledger;
using NodaTime;
using Npgsql;

namespace CommunityFund.Cli;

/// <summary><c>fund checkpoint</c> lists the seals of the log or writes one as the file that proves it; <c>fund key</c> writes the public key.
/// 0 done, 1 a signature does not hold, 2 if it cannot run.</summary>
internal static class CheckpointCommand
{
    private const int Done = 0, Broken = 1, CannotRun = 2;

    public static Command Make(Option<DirectoryInfo> data, IClock clock)
    {
        Option<string?> book = new("--book") { Description = "only the book of this code / 只看这个编号的账套" };
        Option<long?> size = new("--size") { Description = "write the seal at so many entries, signed / 写出这个笔数的封签原文" };
        Command checkpoint = new("checkpoint", "seals of the log / 日志封签") { book, size };
        checkpoint.SetAction((parsed, ct) => Answer(parsed.GetRequiredValue(data), async (installation, words) =>
        {
            Foundation foundation = installation.Open(clock);
            IReadOnlyList<BookToCheck> books = [.. (await foundation.Operator().Ask(new BooksToCheck(), ct))
                .Where(each => parsed.GetValue(book) is not { } only || each.Code == only)];
            if (books.Count == 0 || (parsed.GetValue(size) is not null && books.Count > 1))
            {
                await Console.Error.WriteLineAsync(parsed.GetValue(book) is { } code ? words["check.cli.no-book", code]
                    : books.Count == 0 ? words["check.cli.empty"] : words["checkpoint.cli.which-book"]);
                return CannotRun;
            }

            if (parsed.GetValue(size) is { } one)
            {
                Console.Write((await foundation.Operator(books[0].BookId).Ask(new CheckpointNote(one), ct)).Note);
                return Done;
            }

            bool holds = true;
            foreach (BookToCheck each in books)
            {
                SealsView view = await foundation.Operator(each.BookId).Ask(new CheckpointList(), ct);
                Print(view, words);
                holds &= view.Lines.All(line => line.State != SealState.Broken);
            }

            return holds ? Done : Broken;
        }, ct));
        return checkpoint;
    }

    public static Command MakeKey(Option<DirectoryInfo> data, IClock clock)
    {
        Command key = new("key", "the public key of the seals (PEM) / 封签公钥");
        key.SetAction((parsed, ct) => Answer(parsed.GetRequiredValue(data), async (installation, words) =>
        {
            LogPublicKey published = (await installation.Open(clock).Operator().Ask(new PublishedLog(), ct)).Key;
            Console.Write(published.Pem);

            // Beside the file, not in it.
            await Console.Error.WriteLineAsync($"{words["checkpoint.key-shown"]} {published.Shown}");
            return Done;
        }, ct));
        return key;
    }

    private static async Task<int> Answer(DirectoryInfo data, Func<Installation, Words, Task<int>> work, CancellationToken ct)
    {
        Words words = Words.From([typeof(Words).Assembly]);
        try
        {
            // Seals are of books there are; none are made for this.
            if (!Installation.IsIn(data.FullName) && Environment.GetEnvironmentVariable("ConnectionStrings__Books") is null)
            {
                await Console.Error.WriteLineAsync(words["check.cli.no-books", data.FullName]);
                return CannotRun;
            }

            await using Installation installation = await MigrateCommand.Open(data, ct);
            return await work(installation, words);
        }
        catch (LocalPostgresException cannot)
        {
            await Console.Error.WriteLineAsync(cannot.Message);
        }
        catch (RefusedException refused)
        {
            await Console.Error.WriteLineAsync(words.Of(refused.Refusal));
        }
        catch (Exception failed) when (failed is NpgsqlException or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync($"{words["checkpoint.cli.cannot"]}\n{failed.GetBaseException().Message}");
        }

        return CannotRun;
    }

    private static void Print(SealsView view, Words words)
    {
        if (view.Lines.Count == 0)
        {
            Console.WriteLine(words["checkpoint.cli.none", view.Body, view.Book]);
            return;
        }

        Console.WriteLine(words["checkpoint.cli.book", view.Body, view.Book, Number(view.Entries)]);

        // A root is wider than most terminals have room for in a table: it has a line of its own.
        Console.WriteLine(string.Join(" · ", Named(
            words, "checkpoint.size", "checkpoint.made", "checkpoint.occasion", "checkpoint.cli.state", "checkpoint.root")));
        foreach (SealLine line in view.Lines)
        {
            LogCheckpoint says = line.Checkpoint.Says;
            string occasion = line.Closed.Count == 0 ? words["checkpoint.by-hand"]
                : words["checkpoint.closed", string.Join(words["text.comma"], line.Closed.Select(period => words.Show(period)))];
            Console.WriteLine(string.Join(" · ", Number(says.Size), words.Show(says.MadeAt), occasion, words.Show(line.State)));
            Console.WriteLine($"  {Convert.ToHexStringLower(says.Root)}");
        }

        Console.WriteLine($"{words["checkpoint.key-shown"]} {view.Key.Shown}");
    }

    private static IEnumerable<string> Named(Words words, params string[] keys) => keys.Select(key => words[key].Value);

    private static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);
}
