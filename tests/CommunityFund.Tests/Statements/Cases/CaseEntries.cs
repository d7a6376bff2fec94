using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Tests.Statements.Cases;

/// <summary>Entries as an accountant writes them, one a line, by the names that the standard of the book gives its accounts:
/// <c>借 银行存款—建行基本户 1000；贷 捐赠收入（限定） 1000</c>. Red ink has a minus; funds are named where there are two.</summary>
internal static class CaseEntries
{
    private static readonly CultureInfo Chinese = CultureInfo.GetCultureInfo("zh-CN");

    /// <summary>Those posted after one position, up to another.</summary>
    public static async Task<IReadOnlyList<string>> Of(FundDb db, string standard, long after, long upTo)
    {
        Dictionary<int, LedgerAccount> accounts = await db.Set<LedgerAccount>().AsNoTracking().ToDictionaryAsync(row => row.AccountId);
        Dictionary<int, string> names = await db.Set<AccountName>().AsNoTracking().Where(row => row.Standard == standard)
            .ToDictionaryAsync(row => row.AccountId, row => row.NameZh);
        List<PostedLine> lines = await db.Postings.AsNoTracking().Where(line => line.EntryNo > after && line.EntryNo <= upTo)
            .OrderBy(line => line.EntryNo).ThenBy(line => line.LineNo).ToListAsync();
        return [.. lines.GroupBy(line => line.EntryNo).Select(entry =>
        {
            List<int> funds = [.. entry.Select(line => line.FundId).Distinct()];
            return string.Join("；", entry.Select(line => Line(
                line, NameOf(line.AccountId), funds.Count > 1 ? $"{"甲乙丙丁"[funds.IndexOf(line.FundId)]}基金 " : "")));
        })];

        string NameOf(int account) =>
            accounts[account] is { Added: true, ParentId: { } parent } ? $"{names[parent]}—{names[account]}" : names[account];
    }

    private static string Line(PostedLine line, string name, string fund)
    {
        List<string> said = [];
        if (line.Restriction.Length > 0)
        {
            said.Add(line.Restriction == "R" ? "限定" : "非限定");
        }

        if (line.Movement != MovementKind.Ordinary)
        {
            said.Add(StatementBooks.Words.Show(line.Movement, Chinese));
        }

        Commodity commodity = Commodity.Of(line.Commodity);
        string amount = commodity == Commodity.Cny ? (line.Units / 100m).ToString("0.##", CultureInfo.InvariantCulture)
            : StatementBooks.Words.Show(Amount.OfUnits(line.Units, commodity), Chinese);
        return $"{fund}{(line.Side == Side.Debit ? "借" : "贷")} {name}{(said.Count > 0 ? $"（{string.Join('、', said)}）" : "")} {amount}";
    }
}
