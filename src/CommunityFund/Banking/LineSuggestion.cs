using System.Text.RegularExpressions;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Banking;

/// <summary>A fund whose name or clause shares words with the line.</summary>
public sealed record SuggestedFund(FundChoice Fund, string Words, bool IsName);

/// <summary>
/// What the words on a bank line suggest, and why; a person decides. Nothing here ever books anything.
/// </summary>
/// <param name="Funds">Best first; none if no words are shared.</param>
public sealed partial record LineSuggestion(
    IReadOnlyList<SuggestedFund> Funds, string Party, PersonKind PartyKind, string Narrative, string ExpenseAccount,
        CashFlow Paid, DisposalKind Kind, string Because)
{
    private static readonly string[] Nobody = ["匿名", "无名氏", "爱心人士", "-", "—"];

    private static readonly string[] Banks = ["手续费", "账户管理费", "工本费"];
    private static readonly string[] Back = ["退汇", "退回", "退款", "退票", "冲正"];
    private static readonly string[] Bounced = ["退汇", "退票", "户名不符", "账号不符", "账户不存在"];
    private static readonly string[] Others = ["定向", "代收", "代付", "转付"];
    private static readonly string[] Office = ["代理记账", "办公", "印刷", "审计", "房租", "水电"];

    /// <summary>The disposal as far as the words say it; null if they say nothing.</summary>
    internal Proposal? Proposed => Because.Length == 0 ? null : new Proposal(
        Kind, Kind is DisposalKind.Gift or DisposalKind.Expense or DisposalKind.Fee ? Funds.FirstOrDefault()?.Fund.FundId : null,
        Kind == DisposalKind.Expense ? ExpenseAccount : "", Kind == DisposalKind.Expense ? Paid.Key : "", null, Narrative);

    /// <summary>The payer wrote a fund's reference.</summary>
    internal bool ByReference => Funds.Count > 0 && Funds[0].Words == FundReference.Of(Funds[0].Fund.Code);

    /// <summary>The counterparty's name, or empty where it names nobody.</summary>
    internal static string PartyOf(BankLine line) =>
        Nobody.Contains(line.CounterpartyName.Trim()) ? "" : StatementCell.Shorten(line.CounterpartyName.Trim(), 100);

    /// <param name="own">The body's own name.</param>
    internal static LineSuggestion Of(BankLine line, IReadOnlyList<FundChoice> funds, string own)
    {
        string told = $"{line.Remark} {line.Summary}";
        bool isBank = Banks.Any(told.Contains), isOffice = isBank || Office.Any(told.Contains);
        string party = PartyOf(line);
        SuggestedFund[] named = [.. funds.Select(fund => Match(fund, line)).OfType<(SuggestedFund Fund, int Weight)>()
            .OrderByDescending(match => match.Weight).Select(match => match.Fund).Take(3)];
        if (named.Length == 0 && isOffice && line.Units < 0 && funds.FirstOrDefault(fund => fund.IsGeneral) is { } general)
        {
            named = [new SuggestedFund(general, Banks.Concat(Office).First(told.Contains), IsName: false)];
        }

        (DisposalKind kind, string because) = KindOf(line, told, own, named);
        return new LineSuggestion(
            named, party, Organisation().IsMatch(party) || party.Length > 4 ? PersonKind.Organisation : PersonKind.Person,
                Narrate(line),
            isBank ? Account.Keys.FundraisingExpense : isOffice ? Account.Keys.ManagementExpense : Account.Keys.ProgrammeCost,
                Item(told, isOffice), kind, because);
    }

    private static (DisposalKind Kind, string Because) KindOf(BankLine line, string told, string own, SuggestedFund[] named) =>
        told switch
        {
            _ when line.CounterpartyName.Trim() == own => (DisposalKind.Transfer, own),
            _ when Array.Find(Banks, told.Contains) is { } fee => (DisposalKind.Fee, fee),
            _ when line.Units > 0
                && (told.Contains("利息", StringComparison.Ordinal) || told.Contains("结息", StringComparison.Ordinal)) =>
                (DisposalKind.Interest, told.Contains("利息", StringComparison.Ordinal) ? "利息" : "结息"),
            _ when line.Units > 0 && Array.Find(Bounced, told.Contains) is { } bounced => (DisposalKind.Returned, bounced),
            _ when Array.Find(Back, told.Contains) is { } back => (DisposalKind.Refund, back),
            _ when Array.Find(Others, told.Contains) is { } others => (DisposalKind.Agency, others),
            _ => (line.Units > 0 ? DisposalKind.Gift : DisposalKind.Expense, named.Length > 0 ? named[0].Words : ""),
        };

    private static CashFlow Item(string told, bool isOffice) => told switch
    {
        _ when isOffice => CashFlow.OtherPaid,
        _ when Grant().IsMatch(told) => CashFlow.GrantsPaid,
        _ when Staff().IsMatch(told) => CashFlow.StaffPaid,
        _ when told.Contains('税') => CashFlow.TaxesPaid,
        _ => CashFlow.PurchasesPaid,
    };

    /// <summary>What the payer wrote, else the bank's word; names of people do not belong into a narrative.</summary>
    private static string Narrate(BankLine line)
    {
        string remark = Without(line.Remark), summary = Without(line.Summary);
        return StatementCell.Shorten(remark.Length > 0 ? remark : summary, 200);

        string Without(string told) => line.CounterpartyName.Trim() is { Length: > 1 } name
            ? told.Replace(name, "", StringComparison.OrdinalIgnoreCase).Trim().Trim('：', ':', '，', ',', '、').Trim()
            : told.Trim();
    }

    /// <summary>The fund's reference counts most, then its full name, then the longest words shared with its name or its clause.</summary>
    private static (SuggestedFund Fund, int Weight)? Match(FundChoice fund, BankLine line)
    {
        string told = $"{line.Remark} {line.Summary}";
        if (FundReference.StandsIn(fund.Code, told))
        {
            return (new SuggestedFund(fund, FundReference.Of(fund.Code), IsName: true), 2000);
        }

        if (told.Contains(fund.Name, StringComparison.Ordinal))
        {
            return (new SuggestedFund(fund, fund.Name, IsName: true), 1000);
        }

        if (fund.IsGeneral)
        {
            return null;
        }

        // What the payer wrote says more than who the payer is.
        string byName = Shared(fund.Name, told), byClause = Shared(fund.Clause, told),
            byParty = Shared(fund.Name, line.CounterpartyName);
        string words = byClause.Length > byName.Length ? byClause : byName;
        return words.Length >= 2 ? (new SuggestedFund(fund, words, IsName: words == byName), 100 + words.Length)
            : byParty.Length >= 2 ? (new SuggestedFund(fund, byParty, IsName: true), byParty.Length)
            : null;
    }

    private static string Shared(string one, string other)
    {
        string a = Common().Replace(one, "|"), b = Common().Replace(other, "|"), best = "";
        for (int start = 0; start < a.Length; start++)
        {
            for (int length = best.Length + 1; start + length <= a.Length && a[start + length - 1] != '|'; length++)
            {
                string part = a.Substring(start, length);
                best = b.Contains(part, StringComparison.Ordinal) ? part : best;
            }
        }

        return best.Trim();
    }

    // Words that every fund or every remark has, and everything that is no letter.
    [GeneratedRegex(@"社区|基金|专项|冠名|项目|活动|服务|捐赠|捐款|协议|公告|募捐|仅用于|用于|委员会|有限公司|第[一二三四五六七八九十\d]+[条期笔]|[^\p{L}]",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Common();

    [GeneratedRegex("公司|集团|中心|协会|商会|联合会|委员会|幼儿园|学校|银行|办事处|支付|商城|营业部|事务所|图文|小组|医院|基金会|慈善会|店$|厂$|社$|局$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Organisation();

    [GeneratedRegex("拨款|资助|慰问|助学|补助|奖励", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Grant();

    [GeneratedRegex("工资|薪酬|社保|公积金|奖金", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Staff();
}
