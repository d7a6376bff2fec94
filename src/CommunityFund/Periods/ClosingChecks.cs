using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Periods;

/// <summary>
/// The checklist of a period. Stock and advances to projects will have their lines here once they are kept.
/// </summary>
internal static class ClosingChecks
{
    private const int Shown = 10;

    public static async Task<IReadOnlyList<ClosingCheck>> Of(Work work, AccountingPeriod period, CancellationToken ct)
    {
        Book book = await work.Db.Books.AsNoTracking().SingleAsync(row => row.BookId == work.Book, ct);
        ClosingCheck order = await Order(work, book, period, ct);
        List<ClosingCheck> checks = [order];
        if (period.ClosedAt is not null)
        {
            return checks;
        }

        bool isMonth = period.Number % 100 is >= 1 and <= 12;
        checks.Add(ClosingCheck.Of(
            ClosingMatter.Over, period.Ends < work.Today ? ClosingMark.Fine : ClosingMark.Stop, ("day", period.Ends)));
        if (AccountingPeriod.Of(book.OpeningDay) == period.Number)
        {
            bool isPosted = await work.Db.Entries.AnyAsync(
                entry => entry.BookId == work.Book && entry.Kind == VoucherKind.Opening, ct);
            checks.Add(ClosingCheck.Of(ClosingMatter.Opening, isPosted ? ClosingMark.Fine : ClosingMark.Look));
        }

        if (period.Number % 100 == 13)
        {
            ClosingCheck report = ClosingCheck.Of(ClosingMatter.AnnualReport, ClosingMark.Stop, ("year", period.Number / 100));
            checks.Add(report with { Reason = ClosingReason.AnnualReport });
        }

        checks.Add(await Waiting(work, book, period, ct));
        if (isMonth)
        {
            checks.Add(await ClosingMoney.BankLines(work, book, period, ct));
            checks.Add(await ClosingMoney.Reconciled(work, period, ct));
            checks.Add(await ClosingMoney.Suspense(work, period, ct));
            checks.Add(await ClosingMoney.Cash(work, period, ct));
            checks.Add(await ClosingMoney.Transit(work, period, ct));
            checks.Add(await ClosingMoney.Debts(work, period, ct));
            checks.Add(await Receipts(work, ct));
        }

        checks.AddRange(await ClosingFunds.Of(work, ct));
        checks.Add(ClosingCheck.Of(ClosingMatter.Rule,
            await ReviewRule.IsInForce(work, ReviewRule.MonthClose, period.Ends, ct) ? ClosingMark.Fine : ClosingMark.Stop, ("day", period.Ends)));
        checks.Add(await ClosingFunds.Checked(work, ct));
        return checks;
    }

    /// <summary>Closed already, before the books, or earlier months are open.</summary>
    private static async Task<ClosingCheck> Order(Work work, Book book, AccountingPeriod period, CancellationToken ct)
    {
        if (period.ClosedAt is { } closed)
        {
            string by = (await PersonName.Of(work, [period.ClosedBy], ct))[period.ClosedBy!.Value];
            return ClosingCheck.Of(ClosingMatter.Order, ClosingMark.Stop, "closed", ("person", by), ("at", closed));
        }

        if (period.Ends < book.OpeningDay)
        {
            return ClosingCheck.Of(ClosingMatter.Order, ClosingMark.Stop, "before-opening", ("opening", book.OpeningDay));
        }

        List<int> earlier = await work.Db.Set<AccountingPeriod>()
            .Where(row => row.BookId == work.Book && row.Number < period.Number && row.Number % 100 >= 1 && row.Number % 100 <= 12
                && row.ClosedAt == null && row.Ends >= book.OpeningDay)
            .OrderBy(row => row.Number).Select(row => row.Number).ToListAsync(ct);
        if (period.Number % 100 == 0)
        {
            return ClosingCheck.Of(ClosingMatter.Order, ClosingMark.Stop, "opening", ("month", new PeriodNumber(period.Number + 1)));
        }

        bool isFirst = AccountingPeriod.Of(book.OpeningDay) == period.Number;
        return earlier.Count > 0
            ? ClosingCheck.Of(ClosingMatter.Order, ClosingMark.Stop, ("earlier", new PeriodNumber(earlier[0])), ("count", earlier.Count)) with
            {
                Items = [.. earlier.Take(Shown).Select(number => new OpenItem(number, new PeriodNumber(number).ToString()))],
            }
            : isFirst ? ClosingCheck.Of(ClosingMatter.Order, ClosingMark.Fine, "first")
            : ClosingCheck.Of(ClosingMatter.Order, ClosingMark.Fine);
    }

    /// <summary>公益事业捐赠票据: numbers are used without a gap, or a reason stands by each that was left out.</summary>
    private static async Task<ClosingCheck> Receipts(Work work, CancellationToken ct)
    {
        long missing = await work.Db.Database.SqlQuery<long>(
            $"""select coalesce(sum(numbers), 0)::bigint as "Value" from receipt_numbers_missing({work.Book})""").SingleAsync(ct);
        return ClosingCheck.Of(ClosingMatter.Receipts, missing == 0 ? ClosingMark.Fine : ClosingMark.Look, ("count", missing));
    }

    /// <summary>Who closes and made one of them is told that another person must look at it.</summary>
    private static async Task<ClosingCheck> Waiting(Work work, Book book, AccountingPeriod period, CancellationToken ct)
    {
        int opening = period.Number % 100 == 1 || AccountingPeriod.Of(book.OpeningDay) == period.Number ? period.Number / 100 * 100 : period.Number;
        IQueryable<Voucher> waiting = work.Db.Vouchers.AsNoTracking().Where(voucher => voucher.BookId == work.Book
            && (voucher.Period == period.Number || voucher.Period == opening) && voucher.State == VoucherState.Prepared);
        int count = await waiting.CountAsync(ct);
        if (count == 0)
        {
            return ClosingCheck.Of(ClosingMatter.Waiting, ClosingMark.Fine);
        }

        int own = work.Actor is { } actor ? await waiting.CountAsync(voucher => voucher.MakerId == actor, ct) : 0;
        var rows = await (from voucher in waiting.OrderBy(voucher => voucher.PreparedAt).ThenBy(voucher => voucher.VoucherId).Take(Shown)
                          join text in work.Db.Set<Narrative>() on new { voucher.BookId, voucher.NarrativeId }
                              equals new { text.BookId, text.NarrativeId }
                          orderby voucher.PreparedAt, voucher.VoucherId
                          select new { voucher.VoucherId, voucher.OccurredOn, text.Text, voucher.Total, voucher.MakerId }).ToListAsync(ct);
        var names = await PersonName.Of(work, rows.Select(row => (long?)row.MakerId), ct);
        return ClosingCheck.Of(ClosingMatter.Waiting, ClosingMark.Stop, own > 0 ? "own" : "", ("count", count), ("own", own)) with
        {
            Items =
            [
                .. rows.Select(row => new OpenItem(row.VoucherId, row.Text ?? "", row.OccurredOn, Amount.Fen(row.Total),
                    names[row.MakerId], IsOwn: row.MakerId == work.Actor)),
            ],
        };
    }
}
