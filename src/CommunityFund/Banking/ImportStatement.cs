using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>What an import did.</summary>
/// <param name="Added">Lines that are new here, those before the opening day included.</param>
/// <param name="BeforeOpening">Of the added: set aside because the opening balances hold them.</param>
/// <param name="Known">Lines that were here before.</param>
/// <param name="Empty">Lines of 0.00, which move nothing and are left out.</param>
public sealed record Imported(long BankFile, int Added, int BeforeOpening, int Known, int Empty);

/// <summary>
/// The lines of an uploaded file are staged, each once, however many files tell of it. Nothing is booked by that. Lines
/// before the opening day are within the opening balances and set aside at once (rulings 32).
/// </summary>
/// <param name="BankAccount">Chosen by the person where the file does not say; else null.</param>
public sealed record ImportStatement(Guid Key, long Upload, int? BankAccount) : Command<Imported>(Key)
{
    /// <summary>The reason of lines before the opening day; shown in the reader's words.</summary>
    public const string WithinOpening = "within-opening";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<Imported> Apply(Work work, CancellationToken ct)
    {
        BankUpload upload = await BankUpload.Of(work, Upload, ct);
        StatementFile file = StatementFile.Read(upload.Content, upload.FileName);
        int account = (await OwnAccount.Of(work, file, BankAccount, ct)).BankAccountId;

        // Two imports into one account wait for each other, so that the count of new lines is true.
        await work.Db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock({work.Book}, {account})", ct);
        HashSet<string> known = await Known(work, account, file, ct);
        StatementLine[] moving = [.. file.Lines.Where(line => !line.Amount.IsZero)];
        StatementLine[] added = [.. moving.Where(line => !known.Contains(line.Identity))];
        BankFile row = Row(work, upload, file, account, added.Length);
        work.Db.Add(row);
        await work.Db.SaveChangesAsync(ct);
        LocalDate opening = await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.OpeningDay)
            .SingleAsync(ct);
        await Stage(work, row, added, opening, ct);
        await work.Db.Database.ExecuteSqlAsync(
            $"delete from bank_upload where book_id = {work.Book} and bank_upload_id = {Upload}", ct);
        return new Imported(row.BankFileId, added.Length, added.Count(line => line.OccurredOn < opening),
            moving.Length - added.Length, file.Lines.Count - moving.Length);
    }

    /// <summary>Which of the file's lines are here already.</summary>
    internal static async Task<HashSet<string>> Known(Work work, int account, StatementFile file, CancellationToken ct)
    {
        string[] identities = [.. file.Lines.Select(line => line.Identity)];
        return [.. await work.Db.Set<BankLine>().Where(line => line.BookId == work.Book && line.BankAccountId == account
            && identities.Contains(line.Identity)).Select(line => line.Identity).ToListAsync(ct)];
    }

    private static BankFile Row(Work work, BankUpload upload, StatementFile file, int account, int added) => new()
    {
        BookId = work.Book,
        BankAccountId = account,
        Sha256 = upload.Sha256,
        FileName = upload.FileName,
        Source = file.Source,
        Encoding = file.Encoding,
        HeaderRow = file.HeaderRow,
        LineCount = file.Lines.Count,
        NewCount = added,
        FirstDay = file.Lines.Min(line => line.OccurredOn),
        LastDay = file.Lines.Max(line => line.OccurredOn),
        ClosingUnits = file.Closing?.Units,
        ImportedBy = work.ActorId,
        ImportedAt = work.Now,
    };

    private static async Task Stage(Work work, BankFile file, StatementLine[] lines, LocalDate opening, CancellationToken ct)
    {
        DateOnly opens = opening.ToDateOnly();
        DateTime now = work.Now.ToDateTimeUtc();
        await work.Db.Database.ExecuteSqlAsync(
            $"""
            insert into bank_line (book_id, bank_account_id, bank_file_id, line_no, identity, occurred_on, units, balance_after,
                                   counterparty_name, counterparty_account, summary, remark, serial, state, reason, decided_by, decided_at)
            select {file.BookId}, {file.BankAccountId}, {file.BankFileId}, n.line_no, n.identity, n.day, n.units, n.balance,
                   n.name, n.account, n.summary, n.remark, n.serial,
                   case when n.day < {opens} then 'ignored' else 'new' end, case when n.day < {opens} then {WithinOpening} else '' end,
                   case when n.day < {opens} then {work.ActorId} end, case when n.day < {opens} then {now} end
              from unnest({lines.Select(line => line.LineNo).ToArray()}, {lines.Select(line => line.Identity).ToArray()},
                          {lines.Select(line => line.OccurredOn.ToDateOnly()).ToArray()}, {lines.Select(line => line.Amount.Units).ToArray()},
                          {lines.Select(line => line.BalanceAfter?.Units).ToArray()}, {lines.Select(line => line.CounterpartyName).ToArray()},
                          {lines.Select(line => line.CounterpartyAccount).ToArray()}, {lines.Select(line => line.Summary).ToArray()},
                          {lines.Select(line => line.Remark).ToArray()}, {lines.Select(line => line.BankSerial).ToArray()})
                   as n(line_no, identity, day, units, balance, name, account, summary, remark, serial)
            on conflict (book_id, bank_account_id, identity) do nothing
            """,
            ct);
    }
}
