using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.CashBox;

/// <summary>What happened at the cash box.</summary>
public enum CashKind
{
    /// <summary>Somebody handed cash in.</summary>
    Receipt,

    /// <summary>Cash was paid out.</summary>
    Payment,

    /// <summary>Cash was taken to the bank.</summary>
    Deposit,

    /// <summary>Cash was drawn from the bank.</summary>
    Withdrawal,
}

/// <summary>What the cashier noted; it waits until an accountant has booked it, and waits again if that voucher is dropped or
/// reversed.</summary>
public sealed class CashNote
{
    /// <summary>There is no such note, or it is booked or dropped already.</summary>
    public const string Gone = "cash-note.gone";

    /// <summary>The account is no cash box of ours.</summary>
    public const string NotCash = "cash-note.not-cash";

    /// <summary>The day has not come, or lies before the books began.</summary>
    public const string BadDay = "cash-note.bad-day";

    /// <summary>The words are missing or too long.</summary>
    public const string BadWords = "cash-note.bad-words";

    internal const int Longest = 200;
    internal static readonly Role[] Keepers = [Role.Cashier, Role.Accountant];

    public required int BookId { get; init; }

    public long CashNoteId { get; init; }

    public required CashKind Kind { get; init; }

    public required LocalDate OccurredOn { get; init; }

    /// <summary>Fen, positive whichever way it went.</summary>
    public required long Units { get; init; }

    public required int AccountId { get; init; }

    public int? BankAccountId { get; init; }

    public long? CounterpartyId { get; init; }

    public required string Narrative { get; init; }

    public required long NotedBy { get; init; }

    public required Instant NotedAt { get; init; }

    public long? VoucherId { get; set; }

    public long? BlueVoucherId { get; set; }

    public long? DroppedBy { get; set; }

    public Instant? DroppedAt { get; set; }

    public string Reason { get; set; } = "";

    /// <summary>A note that waits, locked.</summary>
    internal static async Task<CashNote> Waiting(Work work, long note, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from cash_note where book_id = {work.Book} and cash_note_id = {note} for no key update", ct);
        return await work.Db.Set<CashNote>().SingleOrDefaultAsync(
            row => row.BookId == work.Book && row.CashNoteId == note && row.VoucherId == null && row.DroppedBy == null, ct)
            ?? throw new RefusedException(Gone);
    }

    internal static Account CashOf(Chart chart, string key) =>
        chart.Find(key) is { TakesLines: true, Account: { Role: AccountRole.OwnCash } cash }
            && (cash.Key == Account.Keys.Cash || cash.Key.StartsWith($"{Account.Keys.Cash}.", StringComparison.Ordinal))
            ? cash : throw new RefusedException(NotCash, ("typed", key));

    internal sealed class Mapping : IEntityTypeConfiguration<CashNote>
    {
        public void Configure(EntityTypeBuilder<CashNote> entity)
        {
            entity.HasKey(row => new { row.BookId, row.CashNoteId });
            entity.Property(row => row.CashNoteId).ValueGeneratedOnAdd();
            entity.Property(row => row.Kind).AsCode();
        }
    }
}

/// <summary>The voucher that books a note was posted; a blue one takes the place of the first.</summary>
[Consequence("cash-note-booked", 1)]
internal sealed record CashNoteBooked(long Note) : Consequence
{
    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        CashNote note = await CashNoteWaits.Find(work, Note, ct);
        (note.VoucherId, note.BlueVoucherId) = (await BlueVoucher.IfItWaits(work, note.BlueVoucherId, ct) ?? note.VoucherId, null);
    }
}

/// <summary>The voucher that books a note was dropped or reversed: it waits again.</summary>
[Consequence("cash-note-waits", 1)]
internal sealed record CashNoteWaits(long Note) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        (await Find(work, Note, ct)).VoucherId = null;
        await work.Db.SaveChangesAsync(ct);
    }

    internal override async Task<(Draft Blue, Action<long> Stands)> Anew(Work work, Draft blue, CancellationToken ct)
    {
        CashNote note = await Find(work, Note, ct);
        return (blue with { Then = new CashNoteBooked(Note), Undo = this }, voucher => note.BlueVoucherId = voucher);
    }

    internal static Task<CashNote> Find(Work work, long note, CancellationToken ct) =>
        work.Db.Set<CashNote>().SingleAsync(row => row.BookId == work.Book && row.CashNoteId == note, ct);
}
