using System.Data;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using NodaTime;
using Npgsql;

namespace CommunityFund.Books;

/// <summary>
/// A person at work in a book. <see cref="Run"/> and <see cref="Ask"/> are the only ways to change or read anything:
/// transaction, right, done-once, log and retry happen here and nowhere else.
/// <para>
/// Where the connection breaks, above all during COMMIT, nobody knows whether the command was done. It is then settled by
/// running it again with the same key: the log knows it, or waits for it, or it is done now.
/// </para>
/// </summary>
public sealed class FundSession
{
    /// <summary>The form's key was used for another form.</summary>
    public const string KeyReused = "session.key-reused";

    /// <summary>A text has a NUL or half a character, which PostgreSQL cannot keep.</summary>
    public const string BadText = "session.bad-text";

    /// <summary>The database is away; whether the command was done will be known when its form is sent again.</summary>
    public const string Unavailable = "session.unavailable";

    /// <summary>The database is away; a question had no answer.</summary>
    public const string Away = "session.away";

    /// <summary>The server's disk is full; nothing was changed.</summary>
    public const string DiskFull = "session.disk-full";

    private const int Attempts = 6;
    private static readonly DateTimeZone Shanghai = DateTimeZoneProviders.Tzdb["Asia/Shanghai"];
    private readonly Foundation _foundation;
    private readonly bool _isOperator;
    private readonly Patience _patience;
    private readonly string? _signIn;

    internal FundSession(Foundation foundation, long? actor, int book, bool isOperator, string? signIn = null) =>
        (_foundation, Actor, Book, _isOperator, _signIn, _patience) =
        (foundation, actor, book, isOperator, signIn, foundation.NewPatience());

    /// <summary>The person; null for the operator.</summary>
    public long? Actor { get; }

    public int Book { get; }

    /// <summary>Does a use case once.</summary>
    /// <exception cref="RefusedException">A rule says no and nothing was changed; or, with <see cref="Unavailable"/>, the
    /// database is away and the same command with the same key will settle it.</exception>
    public Task<TAnswer> Run<TAnswer>(Command<TAnswer> command, CancellationToken ct = default) =>
        _patience.Ask(() => RunInTurn(command, ct), Unavailable, ct);

    /// <summary>Answers a question from one consistent state of the books.</summary>
    /// <exception cref="RefusedException">The person may not ask this, or the database is away.</exception>
    public Task<TAnswer> Ask<TAnswer>(Query<TAnswer> query, CancellationToken ct = default) =>
        _patience.Ask(() => AskOnce(query, ct), Away, ct);

    /// <summary>Answers a question for a file that leaves the site: it needs a recent proof, and the log keeps who took what.</summary>
    /// <exception cref="RefusedException">The person may not ask this, must prove to be the person first, or the database is
    /// away.</exception>
    public Task<TAnswer> Download<TAnswer>(Query<TAnswer> query, CancellationToken ct = default) =>
        _patience.Ask(() => TakeOnce(query, ct), Away, ct);

    /// <summary>Whether a refusal only says that the database is away: the same form may be sent again.</summary>
    public static bool IsAway(Refusal refusal) => refusal.Code is Unavailable or Away;

    private async Task<TAnswer> RunInTurn<TAnswer>(Command<TAnswer> command, CancellationToken ct)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await RunOnce(command, ct);
            }
            catch (Exception exception) when (attempt < Attempts && Postgres(exception)?.SqlState is "40001" or "40P01")
            {
                await Task.Delay(attempt * 20, ct);
            }
            catch (Exception exception) when (Postgres(exception) is { SqlState: ['2', '3', ..] } violated)
            {
                throw new RefusedException(ConstraintRefusal.Of(violated));
            }
            catch (Exception exception) when (Postgres(exception)?.SqlState is "22P05" or "22021")
            {
                throw new RefusedException(BadText);
            }
            catch (Exception exception) when (Postgres(exception)?.SqlState is "53100")
            {
                throw new RefusedException(DiskFull);
            }
        }
    }

    private Task<TAnswer> AskOnce<TAnswer>(Query<TAnswer> query, CancellationToken ct) =>
        InTransaction(IsolationLevel.RepeatableRead, async (db, _) =>
        {
            Work work = await Begin(db, ct, isSnapshot: true);
            await Require(work, query.Needs, ct);
            return await query.Answer(work, ct);
        }, ct);

    private async Task<TAnswer> TakeOnce<TAnswer>(Query<TAnswer> query, CancellationToken ct)
    {
        await InTransaction(IsolationLevel.ReadCommitted, async (db, transaction) =>
        {
            Work work = await Begin(db, ct);
            await Require(work, query.Needs.Proved(), ct);
            string input = Logged(query);
            byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes(input));
            await Claim(db, Guid.NewGuid(), CommandLog.Taken + query.GetType().Name, input, digest, work.Now, ct, answer: "{}");
            await transaction.CommitAsync(ct);
            return true;
        }, ct);
        return await AskOnce(query, ct);
    }

    /// <summary>The right first: who lacks it is not asked for a proof.</summary>
    private async Task Require(Work work, Need need, CancellationToken ct)
    {
        work.Rights.Require(need, _isOperator);
        if (need.IsProved && _signIn is { } signIn && !await RecentProof.Use(work, signIn, ct))
        {
            throw new RefusedException(Need.Proof, ("minutes", RecentProof.Minutes));
        }
    }

    // The log cannot hold a NUL; the command's own rules say what they think of it.
    private string Logged(object form) => JsonSerializer.Serialize(form, form.GetType(), _foundation.LogJson)
        .Replace("\\u0000", "\\ufffd", StringComparison.Ordinal);

    /// <summary>Rolls back unless the work commits.</summary>
    private async Task<TAnswer> InTransaction<TAnswer>(
        IsolationLevel level, Func<FundDb, IDbContextTransaction, Task<TAnswer>> work, CancellationToken ct)
    {
        await using FundDb db = _foundation.Open();
        await using var transaction = await db.Database.BeginTransactionAsync(level, ct);
        db.IsInTransaction = true;

        // A step that fails ends its whole command: nothing would ever go back to a point in between.
        db.Database.AutoSavepointsEnabled = false;
        try
        {
            return await work(db, transaction);
        }
        catch (InvalidOperationException late) when (db.Database.GetDbConnection().State != ConnectionState.Open)
        {
            // Between two statements Npgsql may notice the break by itself; then it is the next statement that finds no
            // transaction, and only the state of the connection tells why.
            throw new NpgsqlException("The connection broke between two statements.", new IOException(late.Message, late));
        }
        catch (Exception fault) when (fault is not (RefusedException or OperationCanceledException) && Postgres(fault) is null)
        {
            // Nobody knows what this connection would answer next: it is closed rather than used again.
            NpgsqlConnection.ClearPool((NpgsqlConnection)db.Database.GetDbConnection());
            throw;
        }
        finally
        {
            db.IsInTransaction = false;
        }
    }

    private static PostgresException? Postgres(Exception? exception) => exception switch
    {
        null => null,
        PostgresException postgres => postgres,
        _ => Postgres(exception.InnerException),
    };

    private async Task<TAnswer> RunOnce<TAnswer>(Command<TAnswer> command, CancellationToken ct)
    {
        await _foundation.Turns.WaitAsync(ct);
        try
        {
            return await InTransaction(IsolationLevel.ReadCommitted, (db, transaction) => Do(command, db, transaction, ct), ct);
        }
        finally
        {
            _foundation.Turns.Release();
        }
    }

    private async Task<TAnswer> Do<TAnswer>(
        Command<TAnswer> command, FundDb db, IDbContextTransaction transaction, CancellationToken ct)
    {
        Work work = await Begin(db, ct, command: command.Key);
        string name = command.GetType().Name;
        string input = Logged(command);
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{name} {Actor} {Book} {input}"));
        if (!await Claim(db, command.Key, name, input, digest, work.Now, ct))
        {
            return await AnswerBefore<TAnswer>(db, command.Key, digest, ct);
        }

        // Only now: whoever gave away the right by this very command is still told that it was done.
        await Require(work, await command.Needs(work, ct), ct);
        TAnswer answer = await command.Apply(work, ct);
        await db.SaveChangesAsync(ct);
        string answered = JsonSerializer.Serialize(answer, CommandJson.Plain);
        await db.Database.ExecuteSqlAsync($"update command_log set answer = {answered}::jsonb where key = {command.Key}", ct);

        // Not to be cancelled: from here on the command is done or not whoever still waits for it, and only the log can tell.
        await transaction.CommitAsync(CancellationToken.None);
        return answer;
    }

    private async Task<Work> Begin(FundDb db, CancellationToken ct, bool isSnapshot = false, Guid command = default)
    {
        Instant now = _foundation.Clock.GetCurrentInstant();
        LocalDate today = now.InZone(Shanghai).Date;
        Rights rights = await Rights.Of(db, Actor, Book, today, ct, _isOperator);
        return new Work(db, Actor, Book, rights, now, today, _foundation, isSnapshot) { CommandKey = command };
    }

    /// <summary>The same key from elsewhere waits here until the first has ended.</summary>
    private async Task<bool> Claim(FundDb db, Guid key, string name, string input, byte[] digest, Instant now,
        CancellationToken ct, string? answer = null)
    {
        int? book = Book == 0 ? null : Book;
        return await db.Database.ExecuteSqlAsync(
            $"""
            insert into command_log (key, book_id, actor_id, name, input, digest, done_at, answer)
            values ({key}, {book}, {Actor}, {name}, {input}::jsonb, {digest}, {now.ToDateTimeUtc()}, {answer}::jsonb)
            on conflict (key) do nothing
            """,
            ct) == 1;
    }

    private static async Task<TAnswer> AnswerBefore<TAnswer>(FundDb db, Guid key, byte[] digest, CancellationToken ct)
    {
        CommandLog before = await db.Set<CommandLog>().AsNoTracking().SingleAsync(row => row.Key == key, ct);
        return before.Digest.AsSpan().SequenceEqual(digest)
            ? JsonSerializer.Deserialize<TAnswer>(before.Answer!, CommandJson.Plain)!
            : throw new RefusedException(KeyReused);
    }
}
