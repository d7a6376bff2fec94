using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Acquittals;

/// <summary>What kind of paper proves a spending.</summary>
public enum GrantReceiptKind
{
    /// <summary>发票; its number is claimed once in the whole book.</summary>
    Invoice,

    /// <summary>收据.</summary>
    Receipt,

    /// <summary>工资表, a list of who was paid, with their signatures.</summary>
    Payroll,

    /// <summary>其他.</summary>
    Other,
}

/// <summary>What money went for. The last three are never paid for.</summary>
public enum Spending
{
    /// <summary>活动物资, used up.</summary>
    Supplies,

    /// <summary>留用物资: stays, so somebody has signed for it (验收单).</summary>
    KeptGoods,

    /// <summary>劳务补贴.</summary>
    Labour,

    /// <summary>服务.</summary>
    Service,

    /// <summary>场地.</summary>
    Venue,

    /// <summary>交通.</summary>
    Travel,

    /// <summary>印刷宣传.</summary>
    Print,

    /// <summary>服务对象餐费.</summary>
    Meals,

    /// <summary>招待吃请.</summary>
    Entertainment,

    /// <summary>烟酒.</summary>
    Liquor,

    /// <summary>购物卡.</summary>
    GiftCards,
}

/// <summary>Where a receipt stands.</summary>
public enum GrantReceiptState
{
    /// <summary>在票据夹: it may be changed and handed in.</summary>
    Ready,

    /// <summary>已提交.</summary>
    HandedIn,

    /// <summary>已核销.</summary>
    Accepted,

    /// <summary>已移除.</summary>
    Dropped,
}

/// <summary>票据夹: a paper that shows what a project's money went for.</summary>
public sealed class GrantReceipt
{
    public required int BookId { get; init; }

    public long GrantReceiptId { get; init; }

    public required long GrantId { get; init; }

    /// <summary>The tranche that paid it; null if that is left open.</summary>
    public long? TrancheId { get; set; }

    public required GrantReceiptKind Kind { get; set; }

    /// <summary>Of the invoice; null for papers without one.</summary>
    public string? Number { get; set; }

    public required LocalDate IssuedOn { get; set; }

    /// <summary>Who sold; null for a list of several.</summary>
    public long? SellerId { get; set; }

    public required long Units { get; set; }

    public required Spending Spending { get; set; }

    /// <summary>Line of the budget as agreed.</summary>
    public required short LineNo { get; set; }

    public required string What { get; set; }

    /// <summary>The picture; null as long as it is missing.</summary>
    public long? PhotoId { get; set; }

    public byte[]? PhotoSha256 { get; set; }

    /// <summary>验收单 of goods that are kept.</summary>
    public long? SheetId { get; set; }

    public required GrantReceiptState State { get; set; }

    public required long AddedBy { get; init; }

    public required Instant AddedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantReceipt>
    {
        public void Configure(EntityTypeBuilder<GrantReceipt> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantReceiptId });
            entity.Property(row => row.GrantReceiptId).ValueGeneratedOnAdd();
            entity.Property(row => row.Kind).AsCode();
            entity.Property(row => row.Spending).AsCode();
            entity.Property(row => row.State).AsCode();
        }
    }
}

/// <summary>A receipt as it was typed; checked before it is kept.</summary>
internal sealed record ReceiptText(
    GrantReceiptKind Kind, string Number, LocalDate IssuedOn, string Seller, PersonKind SellerKind, Amount Amount, short Line, Spending Spending,
    string What)
{
    private const int LongestWhat = 100;
    private const long Most = 1_000_000_000;

    /// <summary>No invoice number where one is needed, or it is none.</summary>
    public const string BadNumber = "grant-receipt.bad-number";

    /// <summary>No amount, or more than a receipt is for.</summary>
    public const string BadAmount = "grant-receipt.bad-amount";

    /// <summary>It says not what was bought, or too much.</summary>
    public const string BadWhat = "grant-receipt.bad-what";

    /// <summary>It names the seller, who is a natural person, in words that stay for good.</summary>
    public const string SellerInWhat = "grant-receipt.seller-in-what";

    /// <summary>Its day has not come.</summary>
    public const string InTheFuture = "grant-receipt.in-the-future";

    /// <summary>The budget has no such line.</summary>
    public const string NoLine = "grant-receipt.no-line";

    /// <summary>Grants never pay for it.</summary>
    public const string NotAllowed = "grant-receipt.not-allowed";

    /// <summary>Writes it into the row.</summary>
    public async Task Into(Work work, GrantReceipt row, BudgetUse budget, CancellationToken ct)
    {
        string number = PlainText.Digits(Number), what = PlainText.Of(What);
        if (number.Length == 0 ? Kind == GrantReceiptKind.Invoice : number.Length is not (8 or 10 or 18 or 20) || !number.All(char.IsAsciiDigit))
        {
            throw new RefusedException(BadNumber, ("typed", number));
        }

        if (Amount.Commodity != Commodity.Cny || Amount.Units is <= 0 or > Most)
        {
            throw new RefusedException(BadAmount, ("amount", Amount), ("most", Amount.Fen(Most)));
        }

        if (what.Length is 0 or > LongestWhat)
        {
            throw new RefusedException(BadWhat, ("limit", LongestWhat));
        }

        if (IssuedOn > work.Today)
        {
            throw new RefusedException(InTheFuture, ("day", IssuedOn), ("today", work.Today));
        }

        if (budget.Find(Line) is null)
        {
            throw new RefusedException(NoLine, ("line", Line), ("lines", budget.Lines.Count));
        }

        if (Spending is Spending.Entertainment or Spending.Liquor or Spending.GiftCards)
        {
            throw new RefusedException(NotAllowed, ("spending", Term.Of(Spending)), ("forbidden", budget.Forbidden));
        }

        Counterparty.KeepOut(SellerInWhat, SellerKind, Seller, what);
        (row.Kind, row.Number, row.IssuedOn, row.Units, row.Spending, row.LineNo, row.What) =
            (Kind, number.Length > 0 ? number : null, IssuedOn, Amount.Units, Spending, Line, what);
        row.SellerId = await Counterparty.FindOrAdd(work, SellerKind, Seller, ct);
    }
}
