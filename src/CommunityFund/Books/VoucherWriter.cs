using System.Security.Cryptography;
using System.Text;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Books;

/// <summary>Writes a kernel entry as a prepared voucher: keys to ids, words to salted narratives.</summary>
/// <param name="maker">Who makes it, where that is not the person at work: what two signed carries the two.</param>
internal sealed class VoucherWriter(Work work, long? maker = null)
{
    /// <summary>摘要 is empty or too long.</summary>
    public const string BadNarrative = "voucher.narrative";

    /// <summary>The day lies outside the book's calendar.</summary>
    public const string OutsideCalendar = "voucher.outside-calendar";

    /// <summary>The day has not come; only the bank may be ahead of the program's clock.</summary>
    public const string InTheFuture = "voucher.in-the-future";

    /// <summary>Opening balances closed with the first month.</summary>
    public const string OpeningClosed = "voucher.opening-closed";

    /// <summary>The change-over's vouchers closed with the first month of the new year.</summary>
    public const string ConversionClosed = "voucher.conversion-closed";

    /// <summary>The adjusting period takes vouchers of 31 December once December is closed, and no others.</summary>
    public const string NotAdjusting = "voucher.not-adjusting";

    /// <summary>Hours and points move only by what the time bank does.</summary>
    public const string OnlyTimeBank = "voucher.only-time-bank";

    // A bundle may have hundreds of vouchers: what is the same for all is asked and written once.
    private readonly Dictionary<int, AccountingPeriod?> _periods = [];
    private NodaTime.LocalDate? _opening;
    private bool _takesUnits;

    /// <summary>A writer for entries in hours and points, which come from the time bank alone.</summary>
    public static VoucherWriter OfUnits(Work work, long? maker) => new(work, maker) { _takesUnits = true };

    /// <summary>Writes vouchers that are decided together, and has the database hold what they draw on.</summary>
    public async Task<IReadOnlyList<long>> Write(IReadOnlyList<Draft> drafts, CancellationToken ct, Action<int>? told = null)
    {
        List<long> vouchers = [];
        foreach (var (draft, narratives) in drafts.Zip(await WriteNarratives(drafts, ct)))
        {
            vouchers.Add(await WriteOne(draft, narratives, vouchers.Count == 0 ? null : vouchers[0], ct));
            told?.Invoke(vouchers.Count);
        }

        await new PostingDoor(work.Db).Prove(work.Book, vouchers, work.Now, ct);
        return vouchers;
    }

    /// <summary>Writes vouchers of which each is decided by itself.</summary>
    public async Task<IReadOnlyList<long>> WriteApart(IReadOnlyList<Draft> drafts, CancellationToken ct)
    {
        List<long> vouchers = [];
        foreach (var (draft, narratives) in drafts.Zip(await WriteNarratives(drafts, ct)))
        {
            vouchers.Add(await WriteOne(draft, narratives, null, ct));
        }

        await new PostingDoor(work.Db).Prove(work.Book, vouchers, work.Now, ct);
        return vouchers;
    }

    /// <summary>Writes vouchers that close a period, each by itself; they draw on nothing.</summary>
    public async Task<IReadOnlyList<long>> WriteClosing(IReadOnlyList<Draft> drafts, CancellationToken ct)
    {
        List<long> vouchers = [];
        foreach (var (draft, narratives) in drafts.Zip(await WriteNarratives(drafts, ct)))
        {
            vouchers.Add(await WriteOne(draft, narratives, null, ct));
        }

        await new PostingDoor(work.Db).ProveClosing(work.Book, vouchers, ct);
        return vouchers;
    }

    private async Task<long> WriteOne(Draft draft, Dictionary<string, Narrative> narratives, long? bundle, CancellationToken ct)
    {
        (JournalEntry entry, VoucherKind kind) = (draft.Entry, draft.Kind);
        if (!_takesUnits && (entry.Series == Series.Hours || entry.Series == Series.Points))
        {
            throw new RefusedException(OnlyTimeBank);
        }

        int period = kind is VoucherKind.Opening or VoucherKind.Conversion ? entry.OccurredOn.Year * 100
            : draft.IsAdjusting ? await Adjusting(entry.OccurredOn, ct) : AccountingPeriod.Of(entry.OccurredOn);
        AccountingPeriod? calendar = await Period(period, ct);
        if (calendar is null || (kind != VoucherKind.Opening && entry.OccurredOn < await OpeningDay(ct)))
        {
            throw new RefusedException(OutsideCalendar, ("day", entry.OccurredOn), ("opening", await OpeningDay(ct)));
        }

        if (calendar.ClosedAt is not null)
        {
            throw kind is VoucherKind.Opening or VoucherKind.Conversion
                ? new RefusedException(kind == VoucherKind.Opening ? OpeningClosed : ConversionClosed, ("period", new PeriodNumber(period)))
                : new RefusedException(Work.MonthClosed, ("day", entry.OccurredOn), ("period", new PeriodNumber(period)),
                    ("open", await work.FirstOpenDay(entry.OccurredOn, ct)));
        }

        if (kind != VoucherKind.Opening && draft.Bank is not { Count: > 0 } && entry.OccurredOn > work.Today)
        {
            throw new RefusedException(InTheFuture, ("day", entry.OccurredOn), ("today", work.Today));
        }

        Standard? standard = Standards.Find((await work.ChartOn(entry.OccurredOn, ct)).Standard);
        if (standard?.To is { } end && entry.OccurredOn > end)
        {
            throw new RefusedException(Work.StandardEnded, ("day", entry.OccurredOn), ("end", end));
        }

        Voucher voucher = new()
        {
            BookId = work.Book,
            Kind = kind,
            OccurredOn = entry.OccurredOn,
            Period = period,
            NarrativeId = narratives[Clean(entry.Narrative)].NarrativeId,
            LineCount = checked((short)entry.Lines.Count),
            Total = entry.TotalUnits,
            BundleId = bundle,
            CorrectsEntryNo = draft.Corrects,
            MakerId = maker ?? work.ActorId,
            PreparedAt = work.Now,
            ThenMove = Consequence.Write(draft.Then),
            OtherwiseMove = Consequence.Write(draft.Otherwise),
            UndoMove = Consequence.Write(draft.Undo),
        };
        work.Db.Add(voucher);
        await work.Db.SaveChangesAsync(ct);
        await WriteLines(entry, voucher.VoucherId, narratives, ct);
        await BankMatch.Write(work, voucher.VoucherId, draft.Bank ?? [], ct);
        await WriteClauses(draft, voucher.VoucherId, ct);
        await NameLots(draft, voucher.VoucherId, ct);
        await Enclosure.Write(work, voucher.VoucherId, draft.Documents ?? [], ct);
        return voucher.VoucherId;
    }

    private async Task WriteClauses(Draft draft, long voucher, CancellationToken ct)
    {
        IReadOnlyList<long> clauses = draft switch
        {
            { Clauses: { } named } => named,
            { Kind: VoucherKind.Correction } => await (
                from was in work.Db.Vouchers
                join named in work.Db.Set<VoucherClause>() on new { was.BookId, was.VoucherId }
                    equals new { named.BookId, named.VoucherId }
                where was.BookId == work.Book && was.EntryNo == draft.Corrects
                select named.FundClauseId).ToListAsync(ct),
            _ => [],
        };
        if (clauses.Count == 0)
        {
            return;
        }

        work.Db.AddRange(clauses.Distinct().Select(clause =>
            new VoucherClause { BookId = work.Book, VoucherId = voucher, FundClauseId = clause }));
        await work.Db.SaveChangesAsync(ct);
    }

    private async Task NameLots(Draft draft, long voucher, CancellationToken ct)
    {
        if (draft.Lots is not { Count: > 0 } named)
        {
            return;
        }

        work.Db.AddRange(named.GroupBy(draw => draw.Lot).Select(draws => new VoucherLot
        {
            BookId = work.Book,
            VoucherId = voucher,
            LotId = draws.Key,
            Units = draws.Sum(draw => draw.Amount.Units),
            Spends = draws.Any(draw => draw.Spends),
        }));
        await work.Db.SaveChangesAsync(ct);
    }

    private static string Clean(string text)
    {
        string clean = PlainText.Of(text);
        return clean.Length is > 0 and <= 200
            ? clean
            : throw new RefusedException(BadNarrative, ("length", clean.Length), ("limit", 200));
    }

    private async Task<int> Adjusting(NodaTime.LocalDate day, CancellationToken ct) =>
        day is { Month: 12, Day: 31 } && await work.Db.Set<AccountingPeriod>().AnyAsync(
            row => row.BookId == work.Book && row.Number == (day.Year * 100) + 12 && row.ClosedAt != null, ct)
            ? (day.Year * 100) + 13
            : throw new RefusedException(NotAdjusting, ("day", day), ("year", day.Year));

    private async Task<AccountingPeriod?> Period(int number, CancellationToken ct) => _periods.TryGetValue(number, out AccountingPeriod? known)
        ? known
        : _periods[number] = await work.Db.Set<AccountingPeriod>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.Number == number, ct);

    private async Task<NodaTime.LocalDate> OpeningDay(CancellationToken ct) =>
        _opening ??= await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.OpeningDay).SingleAsync(ct);

    /// <summary>The texts of each voucher, a row of their own for each, so that one can be blanked alone.</summary>
    private async Task<IReadOnlyList<Dictionary<string, Narrative>>> WriteNarratives(IReadOnlyList<Draft> drafts, CancellationToken ct)
    {
        List<Dictionary<string, Narrative>> narratives =
        [
            .. drafts.Select(draft => draft.Entry.Lines.Select(line => line.Tags.Narrative).OfType<string>().Prepend(draft.Entry.Narrative)
                .Select(Clean).Distinct().ToDictionary(text => text, Salted)),
        ];
        work.Db.AddRange(narratives.SelectMany(texts => texts.Values));
        await work.Db.SaveChangesAsync(ct);
        return narratives;
    }

    private Narrative Salted(string text)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(16);
        return new Narrative
        {
            BookId = work.Book,
            Salt = salt,
            Text = text,
            Digest = SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(text)]),
        };
    }

    private async Task WriteLines(JournalEntry entry, long voucher, Dictionary<string, Narrative> narratives,
        CancellationToken ct)
    {
        Chart chart = await work.ChartOn(entry.OccurredOn, ct);
        IReadOnlyList<Fund> funds = await work.Funds(ct);
        Dictionary<string, int> idOf = funds.ToDictionary(fund => fund.Code, fund => fund.FundId);
        List<VoucherLine> lines = [];
        foreach (Posting line in entry.Lines)
        {
            lines.Add(new VoucherLine
            {
                BookId = work.Book,
                VoucherId = voucher,
                LineNo = (short)(lines.Count + 1),
                AccountId = chart.Find(line.Account.Key)!.AccountId,
                FundId = idOf[line.Fund],
                Commodity = line.Amount.Commodity.Code,
                Side = line.Side,
                Units = line.Amount.Units,
                Restriction = Codes.Of(line.Tags.Restriction),
                CashFlow = line.Tags.CashFlow?.Key ?? "",
                Movement = line.Tags.Movement,
                ProjectClass = line.Tags.ProjectClass ?? "",
                ProjectId = line.Tags.Project,
                CounterpartyId = line.Tags.Counterparty,
                EnterpriseId = line.Tags.Enterprise,
                DocumentId = line.Tags.Document,
                Clause = line.Tags.Clause ?? "",
                NarrativeId = narratives[Clean(line.Tags.Narrative ?? entry.Narrative)].NarrativeId,
            });
        }

        await VoucherLines.Write(work, lines, ct);
    }
}
