namespace CommunityFund.Web.Pages.Ledgers;

/// <summary>现金日记账 and 银行存款日记账.</summary>
public sealed class DayBookModel : AccountModel
{
    public override string Name => "day-book";

    public override IReadOnlyList<string> Fields => ["cash", "size"];

    protected override bool Daily => true;
}
