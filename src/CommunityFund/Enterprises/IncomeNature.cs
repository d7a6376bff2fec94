using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Enterprises;

/// <summary>What an enterprise gets from the body for its money.</summary>
public enum GivenFor
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>Goods of the body.</summary>
    Goods,

    /// <summary>Services, rooms, or the use of its name.</summary>
    Services,

    /// <summary>Publicity: 赞助.</summary>
    Publicity,
}

/// <summary>What money from an enterprise is (rulings 25; regulation case 13).</summary>
public enum IncomeNature
{
    /// <summary>A free gift: 捐赠收入.</summary>
    Gift,

    /// <summary>What an investee pays out to its owners: 投资收益, or less of the investment under the equity method.</summary>
    Dividend,

    /// <summary>The body's own goods: 商品销售收入.</summary>
    Sales,

    /// <summary>The body's services: 提供服务收入.</summary>
    Services,

    /// <summary>赞助: publicity is a service, never a gift.</summary>
    Sponsorship,
}

/// <summary>The questions that decide the nature, and what follows from it.</summary>
internal static class NatureOf
{
    /// <summary>A dividend of an enterprise in which the body holds nothing.</summary>
    public const string NoStake = "enterprise.no-stake";

    public static IncomeNature Answers(GivenFor givenFor, bool byStake) => givenFor switch
    {
        GivenFor.Goods => IncomeNature.Sales,
        GivenFor.Services => IncomeNature.Services,
        GivenFor.Publicity => IncomeNature.Sponsorship,
        _ => byStake ? IncomeNature.Dividend : IncomeNature.Gift,
    };

    /// <summary>The income account; under the equity method a dividend is no income but takes the investment back.</summary>
    public static Account Account(Chart chart, IncomeNature nature, bool isEquityMethod) => nature switch
    {
        IncomeNature.Gift => chart[Ledger.Account.Keys.DonationIncome],
        IncomeNature.Dividend => (isEquityMethod ? chart.Part(Key.Investment, Key.Part) : chart.Part(Key.InvestmentIncome)).Account,
        IncomeNature.Sales => chart.Part(Key.Sales).Account,
        _ => chart.Part(Key.Services).Account,
    };

    /// <summary>The fund whose voucher it is: under the equity method a dividend takes the investment back where it lies.</summary>
    public static async Task<Fund> Fund(Work work, IncomeNature nature, EnterpriseTerm term, CancellationToken ct) =>
        await work.FundById(nature == IncomeNature.Dividend && term.IsEquityMethod
            ? await Holder(work, term.EnterpriseId, ct) ?? term.FundId : term.FundId, ct);

    /// <summary>The fund that made the investment by a voucher that stands; null if none did.</summary>
    public static Task<int?> Holder(Work work, long enterprise, CancellationToken ct) => (
        from row in work.Db.Set<EnterpriseFunding>()
        join voucher in work.Db.Vouchers on new { row.BookId, Id = row.VoucherId }
            equals new { voucher.BookId, Id = (long?)voucher.VoucherId }
        where row.BookId == work.Book && row.EnterpriseId == enterprise && row.Kind == FundingKind.Investment
            && voucher.State == VoucherState.Posted && voucher.ReversedBy == null
        orderby row.EnterpriseFundingId descending
        select (int?)row.FundId).FirstOrDefaultAsync(ct);

    /// <summary>What is owed to the body until it comes; a promised gift is nobody's debt and stands in no account (case
    /// 8).</summary>
    public static Account? Receivable(Chart chart, IncomeNature nature) => nature switch
    {
        IncomeNature.Gift => null,
        IncomeNature.Dividend => chart.Part(Key.OtherReceivables).Account,
        _ => chart.Part(Key.Receivables).Account,
    };

    public static CashFlow CashFlow(IncomeNature nature) => nature switch
    {
        IncomeNature.Gift => Ledger.CashFlow.DonationsReceived,
        IncomeNature.Dividend => Ledger.CashFlow.InvestmentIncomeReceived,
        IncomeNature.Sales => Ledger.CashFlow.SalesReceived,
        _ => Ledger.CashFlow.ServicesReceived,
    };

    /// <summary>Only gifts and dividends can be bound from outside; what is sold is the body's own.</summary>
    public static Restriction Restriction(IncomeNature nature, EnterpriseTerm term) =>
        nature is IncomeNature.Gift or IncomeNature.Dividend ? term.Restriction : Ledger.Restriction.Unrestricted;

    /// <summary>Keys of accounts that no constant of the kernel names.</summary>
    internal static class Key
    {
        public const string Investment = "long-term-equity-investments", InvestmentIncome = "investment-income", Sales =
            "sales-income",
            Services = "service-income",
            Part = "社会企业", Receivables = "accounts-receivable", OtherReceivables = "other-receivables";
    }
}
