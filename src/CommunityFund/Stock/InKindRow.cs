using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Stock;

/// <summary>One thing of a gift as it is entered.</summary>
/// <param name="Evidence">What the donor's invoice, statement or the like says; null if there is none.</param>
/// <param name="Fair">Fair value; with evidence too it is given where that is far from it.</param>
/// <param name="Expense">For a service, the account of expense that would have been paid.</param>
public sealed record InKindRow(
    InKindThing Kind, string Name, string Unit, long Quantity, Amount? Evidence = null, Amount? Fair = null, FairSource Source = FairSource.None,
    string Batch = "", LocalDate? ExpiresOn = null, string Expense = Account.Keys.ProgrammeCost)
{
    /// <summary>A fair value without its source, or a source without a value.</summary>
    public const string SourceMissing = "in-kind.source-missing";

    /// <summary>The standard of 2004 books no services that are given.</summary>
    public const string ServiceNotBooked = "in-kind.service-2004";

    /// <summary>A service without an invoice at fair value.</summary>
    public const string ServiceWithoutInvoice = "in-kind.service-without-invoice";

    private static readonly Amount Nominal = Amount.Yuan(1);

    /// <summary>What the standard in force makes of it (regulation 3, cases 4 to 6).</summary>
    public (ValueBasis Basis, Amount Value) Valued(bool is2004)
    {
        if ((Fair is null) != (Source == FairSource.None) || Fair is { IsPositive: false } || Evidence is { IsPositive: false })
        {
            throw new RefusedException(SourceMissing, ("name", Name));
        }

        if (Kind == InKindThing.Service)
        {
            return is2004 ? throw new RefusedException(ServiceNotBooked, ("name", Name))
                : Evidence is null || Fair is not null ? throw new RefusedException(ServiceWithoutInvoice, ("name", Name))
                : (ValueBasis.Evidence, Evidence);
        }

        return Fair is not null ? (ValueBasis.FairValue, Fair)
            : Evidence is not null ? (ValueBasis.Evidence, Evidence)
            : is2004 || Kind == InKindThing.Goods ? (ValueBasis.Memo, Amount.Fen(0)) : (ValueBasis.Nominal, Nominal);
    }

    /// <summary>The account that takes it.</summary>
    public Account AccountOf(Chart chart) => Kind switch
    {
        InKindThing.Goods => chart.Part(GoodsOnShelf.AccountKey, "受赠", "捐赠").Account,
        InKindThing.FixedAsset => chart.Part("fixed-assets").Account,
        InKindThing.IntangibleAsset => chart.Part("intangible-assets").Account,
        InKindThing.Heritage => chart.Part("heritage-assets").Account,
        _ => chart.Find(Expense) is { TakesLines: true, Account: { Class: AccountClass.Expense } expense } ? expense
            : throw new RefusedException(GoodsPurpose.NotExpense, ("account", Expense)),
    };
}
