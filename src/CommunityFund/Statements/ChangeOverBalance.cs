using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Statements;

/// <summary>
/// 新旧科目余额对照表: what every account carried on the last day of the old standard by its old code, what the change-over moved, and
/// what it carries on the first day of the new one by its new code; per fund the proof that nothing was lost.
/// </summary>
/// <param name="Fund">Null for all funds that the person may see.</param>
public sealed record ChangeOverBalance(int? Fund = null, bool Below = true) : Query<ChangeOverBalanceView>
{
    /// <summary>The book has been kept by one standard, and none follows it.</summary>
    public const string NoChange = "statement.no-change-over";

    internal override Need Needs => Need.Any(StatementFunds.Readers);

    internal override async Task<ChangeOverBalanceView> Answer(Work work, CancellationToken ct)
    {
        (LocalDate day, string old, string now, bool isDone) = await Change(work, ct);
        StatementFunds funds = await StatementFunds.Of(work, Fund, Below, ct);
        int year = day.Year;
        List<Moved> moved = await work.Db.Database.SqlQuery<Moved>(
            $"""
            select account_id as "AccountId", fund_id as "FundId",
                   coalesce(sum(debit - credit) filter (where period < {year * 100}), 0)::bigint as "Before",
                   coalesce(sum(debit) filter (where period = {year * 100}), 0)::bigint as "Debit",
                   coalesce(sum(credit) filter (where period = {year * 100}), 0)::bigint as "Credit"
              from balance
             where book_id = {work.Book} and period <= {year * 100} and commodity = 'CNY' and fund_id = any ({funds.Ids})
             group by account_id, fund_id
            """).ToListAsync(ct);
        List<Named> accounts = await work.Db.Database.SqlQuery<Named>(
            $"""
            select a.account_id as "AccountId", a.parent_id as "ParentId", a.key as "Key", o.code as "OldCode", o.name_zh as "OldZh",
                   o.name_en as "OldEn", n.code as "NewCode", n.name_zh as "NewZh", n.name_en as "NewEn"
              from account a
              left join account_name o on o.book_id = a.book_id and o.account_id = a.account_id and o.standard = {old}
              left join account_name n on n.book_id = a.book_id and n.account_id = a.account_id and n.standard = {now}
             where a.book_id = {work.Book} and a.class <> 'memorandum' and a.commodity = 'CNY'
            """).ToListAsync(ct);
        List<ChangeOverRow> rows = [.. Rows(accounts, moved)];
        return new ChangeOverBalanceView(
            await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.Name).SingleAsync(ct),
            day, old, now, isDone, funds, work.Now,
            await work.Db.Entries.Where(entry => entry.BookId == work.Book).MaxAsync(entry => (long?)entry.EntryNo, ct) ?? 0,
            rows, ChangeOverFigures.SumOf([.. rows.Where(row => row.Level == 1).Select(row => row.Figures)]),
            [.. funds.Included.Select(fund => Proof(fund, accounts, moved)).Where(row => row is not null).Select(row => row!)]);
    }

    /// <summary>The last change-over or, before the first, the one that is to come.</summary>
    private static async Task<(LocalDate Day, string Old, string New, bool IsDone)> Change(Work work, CancellationToken ct)
    {
        List<BookStandard> standards = await work.Db.Set<BookStandard>().AsNoTracking().Where(row => row.BookId == work.Book)
            .OrderByDescending(row => row.ValidFrom).Take(2).ToListAsync(ct);
        return standards is [var now, var before] ? (now.ValidFrom, before.Standard, now.Standard, true)
            : Standards.After(standards[0].Standard) is { } next ? (next.To.From, next.From.Key, next.To.Key, false)
            : throw new RefusedException(NoChange);
    }

    private static IEnumerable<ChangeOverRow> Rows(List<Named> accounts, List<Moved> moved)
    {
        ILookup<int?, Named> below = accounts.OrderBy(account => account.OldCode ?? account.NewCode, StringComparer.Ordinal)
            .ToLookup(account => account.ParentId);
        ILookup<int, Moved> own = moved.ToLookup(row => row.AccountId);
        return below[null].SelectMany(root => Of(root, 1));

        IEnumerable<ChangeOverRow> Of(Named account, int level)
        {
            ChangeOverFigures figures = ChangeOverFigures.Of([.. Within(account).SelectMany(each => own[each.AccountId])
                .Select(row => (row.Before, row.Debit, row.Credit))]);
            return figures.IsNothing ? [] : below[account.AccountId].SelectMany(each => Of(each, level + 1))
                .Prepend(new ChangeOverRow(account.Key, account.OldCode ?? "", account.Old, account.NewCode ?? "", account.New, level, figures));
        }

        IEnumerable<Named> Within(Named account) => below[account.AccountId].SelectMany(Within).Prepend(account);
    }

    private static ChangeOverFund? Proof(StatementFund fund, List<Named> accounts, List<Moved> moved)
    {
        Dictionary<int, string> keys = accounts.ToDictionary(account => account.AccountId, account => account.Key);
        Moved[] own = [.. moved.Where(row => row.FundId == fund.FundId && keys.ContainsKey(row.AccountId))];
        Moved[] net = [.. own.Where(row => keys[row.AccountId] is Account.Keys.UnrestrictedNetAssets or Account.Keys.RestrictedNetAssets)];
        return own.Length == 0 ? null : new ChangeOverFund(fund, Amount.Fen(-net.Sum(row => row.Before)),
            Amount.Fen(net.Sum(row => row.Credit - row.Debit)), Amount.Fen(own.Sum(row => row.Before)),
            Amount.Fen(own.Sum(row => row.Debit - row.Credit)));
    }

    private sealed record Moved(int AccountId, int FundId, long Before, long Debit, long Credit);

    private sealed record Named(
        int AccountId, int? ParentId, string Key, string? OldCode, string? OldZh, string? OldEn, string? NewCode, string? NewZh, string? NewEn)
    {
        public string Old => (IsEnglish ? OldEn : OldZh) ?? "";

        public string New => (IsEnglish ? NewEn : NewZh) ?? "";

        private static bool IsEnglish => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en";
    }
}
