using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.ChangeOver;

/// <summary>A standard that the book is or was kept by; the first came with the book and nobody signed for it.</summary>
public sealed record StandardPast(string Key, LocalDate From, SignedChange? Signed)
{
    public string Name => Standards.Find(Key) is { } known
        ? CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en" ? known.NameEn : $"{known.NameZh} {known.Source}" : Key;
}

/// <summary>A change-over and who signed for it.</summary>
/// <param name="IsOwn">Whether the reader proposed it.</param>
public sealed record SignedChange(
    long Id, LocalDate Day, string Resolution, string ProposedBy, Instant ProposedAt, string? DecidedBy, Instant? DecidedAt, bool IsOwn);

/// <summary>A voucher that a change-over waits for, or that belongs to it.</summary>
public sealed record ChangeVoucher(long VoucherId, LocalDate OccurredOn, string Text, Amount Total, VoucherState State, int? Number);

/// <summary>An account in a fund that may have to be split.</summary>
/// <param name="Units">What it carries on the first day; positive in debit.</param>
public sealed record ConversionQuestion(MappedPart Part, string AccountKey, string Account, int FundId, string Fund, Amount Units);

/// <summary>A fund that an answer may name.</summary>
public sealed record ConversionFund(int FundId, string Text);

/// <summary>Where the change-over of a book stands.</summary>
/// <param name="Next">Null if no standard follows.</param>
/// <param name="Obstacles">What stands against it now; empty once it may be signed.</param>
/// <param name="OldVouchers">Vouchers of the new year by the old chart, should there be any.</param>
/// <param name="Waiting">The proposal that another person is to confirm.</param>
/// <param name="Changed">Day of the last change-over; null if there was none.</param>
/// <param name="MayConvert">Whether the reader may write conversion vouchers now.</param>
public sealed record ChangeOverView(
    IReadOnlyList<StandardPast> Standards, StandardMapping? Next, IReadOnlyList<Refusal> Obstacles,
    IReadOnlyList<ChangeVoucher> OldVouchers, SignedChange? Waiting, LocalDate? Changed, IReadOnlyList<ChangeVoucher> Conversions,
    IReadOnlyList<ConversionQuestion> Questions, IReadOnlyList<FirstRecognition> Recognitions, IReadOnlyList<ConversionFund> Funds,
    bool MayPropose, bool MayConfirm, bool MayConvert);

/// <summary>Standards of the book, the change-over that is due, and what it asks.</summary>
public sealed record ChangeOverDesk : Query<ChangeOverView>
{
    private const int Shown = 50;

    internal static readonly Role[] Readers =
        [Role.Accountant, Role.VoucherReviewer, Role.Cashier, Role.FinanceOffice, Role.Panel, Role.Admin];

    internal override Need Needs => Need.Any(Readers).ForWholeBook();

    internal override async Task<ChangeOverView> Answer(Work work, CancellationToken ct)
    {
        List<StandardChange> changes = await work.Db.Set<StandardChange>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.State != ChangeState.Dropped).ToListAsync(ct);
        var names = await PersonName.Of(work, changes.SelectMany(row => new[] { row.ProposedBy, row.DecidedBy }), ct);
        List<SignedChange> signed = [.. changes.Select(row => new SignedChange(row.ChangeOverId, row.ValidFrom, row.Resolution,
            names[row.ProposedBy], row.ProposedAt, row.DecidedBy is { } by ? names[by] : null, row.DecidedAt, row.ProposedBy == work.Actor))];
        List<BookStandard> standards = await work.Db.Set<BookStandard>().AsNoTracking().Where(row => row.BookId == work.Book)
            .OrderBy(row => row.ValidFrom).ToListAsync(ct);
        NextStandard? next = await NextStandard.Of(work, ct);
        (LocalDate Day, StandardMapping Mapping)? changed = await PrepareConversion.LastChange(work, ct);
        bool keeps = work.Rights.ReachesAll(Role.Accountant);
        bool isOpen = changed is { } last && await work.Db.Set<AccountingPeriod>().AnyAsync(
            row => row.BookId == work.Book && row.Number == last.Day.Year * 100 && row.ClosedAt == null, ct);
        return new ChangeOverView(
            [.. standards.Select(row => new StandardPast(row.Standard, row.ValidFrom, signed.FirstOrDefault(change => change.Day == row.ValidFrom)))],
            next?.Mapping, next?.Obstacles ?? [],
            next is null ? [] : await Vouchers(work, work.Db.Vouchers.Where(row => row.BookId == work.Book && row.OccurredOn >= next.Day
                && (row.State == VoucherState.Prepared || row.State == VoucherState.Posted)), ct),
            signed.FirstOrDefault(change => change.DecidedBy is null), changed?.Day,
            await Vouchers(work, work.Db.Vouchers.Where(row => row.BookId == work.Book && row.Kind == VoucherKind.Conversion), ct),
            isOpen ? await Questions(work, changed!.Value.Day, changed.Value.Mapping, ct) : [],
            isOpen ? changed!.Value.Mapping.Recognitions : [],
            [.. (await work.Funds(ct)).Where(fund => fund.Kind != FundKind.Agency && fund.State != FundState.Closed)
                .Select(fund => new ConversionFund(fund.FundId, $"{fund.Code} {fund.Name}"))],
            MayPropose: keeps && next is { Obstacles.Count: 0 },
            MayConfirm: work.Rights.ReachesAll(Role.VoucherReviewer), MayConvert: keeps && isOpen);
    }

    private static async Task<IReadOnlyList<ChangeVoucher>> Vouchers(Work work, IQueryable<Voucher> vouchers, CancellationToken ct)
    {
        var rows = await (from voucher in vouchers.AsNoTracking().OrderBy(row => row.VoucherId).Take(Shown)
                          join text in work.Db.Set<Narrative>() on new { voucher.BookId, voucher.NarrativeId }
                              equals new { text.BookId, text.NarrativeId }
                          join entry in work.Db.Entries on new { voucher.BookId, Entry = voucher.EntryNo }
                              equals new { entry.BookId, Entry = (long?)entry.EntryNo } into posted
                          from entry in posted.DefaultIfEmpty()
                          orderby voucher.VoucherId
                          select new { voucher, text.Text, Number = entry == null ? null : (int?)entry.Number }).ToListAsync(ct);
        return [.. rows.Select(row => new ChangeVoucher(row.voucher.VoucherId, row.voucher.OccurredOn, row.Text ?? "",
            Amount.Fen(row.voucher.Total), row.voucher.State, row.Number))];
    }

    private static async Task<IReadOnlyList<ConversionQuestion>> Questions(
        Work work, LocalDate day, StandardMapping mapping, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(day, ct);
        string[] split = [.. mapping.Accounts.Where(row => row.Kind == MappingKind.Split).Select(row => row.Old.Key)];
        List<ConversionBalance> balances = await ConversionBalance.Of(work, split, day, ct);
        return
        [
            .. from asked in mapping.Parts
               from row in balances
               where row.StandardKey == asked.Account.Old.Key
               let account = chart.Find(row.Key)!
               select new ConversionQuestion(asked.Part, row.Key, $"{account.Code} {chart.PathOf(account)}", row.FundId, row.Fund,
                   Amount.Fen(row.Units)),
        ];
    }
}
