namespace CommunityFund.Ledger;

/// <summary>
/// The item of the cash-flow statement (会民非03表) that a cash line belongs to. The contra account alone cannot tell
/// (业务活动成本 feeds both 提供捐赠 and 购买商品), so every own-cash line carries one.
/// </summary>
/// <param name="Key">Lasting key as stored.</param>
/// <param name="IsInflow">True for money in, false for money out, null where both signs occur.</param>
public sealed record CashFlow(string Key, bool? IsInflow)
{
    /// <summary>接受捐赠收到的现金 (2004 row 1).</summary>
    public static CashFlow DonationsReceived { get; } = new("donations-received", true);

    /// <summary>收取会费收到的现金 (row 2).</summary>
    public static CashFlow DuesReceived { get; } = new("dues-received", true);

    /// <summary>提供服务收到的现金 (row 3).</summary>
    public static CashFlow ServicesReceived { get; } = new("services-received", true);

    /// <summary>销售商品收到的现金 (row 4).</summary>
    public static CashFlow SalesReceived { get; } = new("sales-received", true);

    /// <summary>政府补助收到的现金 (row 5).</summary>
    public static CashFlow SubsidiesReceived { get; } = new("subsidies-received", true);

    /// <summary>收到的其他与业务活动有关的现金 (row 8).</summary>
    public static CashFlow OtherReceived { get; } = new("other-received", true);

    /// <summary>提供捐赠或者资助支付的现金 (row 14).</summary>
    public static CashFlow GrantsPaid { get; } = new("grants-paid", false);

    /// <summary>支付给员工以及为员工支付的现金 (row 15).</summary>
    public static CashFlow StaffPaid { get; } = new("staff-paid", false);

    /// <summary>购买商品、接受服务支付的现金 (row 16).</summary>
    public static CashFlow PurchasesPaid { get; } = new("purchases-paid", false);

    /// <summary>各项税费支付的现金 (2026 only).</summary>
    public static CashFlow TaxesPaid { get; } = new("taxes-paid", false);

    /// <summary>支付的其他与业务活动有关的现金 (row 19).</summary>
    public static CashFlow OtherPaid { get; } = new("other-paid", false);

    /// <summary>收回投资所收到的现金 (row 25).</summary>
    public static CashFlow InvestmentsRecovered { get; } = new("investments-recovered", true);

    /// <summary>取得投资收益所收到的现金 (row 26).</summary>
    public static CashFlow InvestmentIncomeReceived { get; } = new("investment-income-received", true);

    /// <summary>处置固定资产和无形资产所收回的现金 (row 27).</summary>
    public static CashFlow AssetDisposalReceived { get; } = new("asset-disposal-received", true);

    /// <summary>收到的其他与投资活动有关的现金 (row 30).</summary>
    public static CashFlow OtherInvestingReceived { get; } = new("other-investing-received", true);

    /// <summary>购建固定资产和无形资产所支付的现金 (row 35).</summary>
    public static CashFlow AssetsPaid { get; } = new("assets-paid", false);

    /// <summary>对外投资所支付的现金 (row 36).</summary>
    public static CashFlow InvestmentsPaid { get; } = new("investments-paid", false);

    /// <summary>支付的其他与投资活动有关的现金 (row 39).</summary>
    public static CashFlow OtherInvestingPaid { get; } = new("other-investing-paid", false);

    /// <summary>借款所收到的现金 (row 45).</summary>
    public static CashFlow BorrowingsReceived { get; } = new("borrowings-received", true);

    /// <summary>收到的其他与筹资活动有关的现金 (row 48).</summary>
    public static CashFlow OtherFinancingReceived { get; } = new("other-financing-received", true);

    /// <summary>偿还借款所支付的现金 (row 51).</summary>
    public static CashFlow BorrowingsRepaid { get; } = new("borrowings-repaid", false);

    /// <summary>偿付利息所支付的现金 (row 52).</summary>
    public static CashFlow InterestPaid { get; } = new("interest-paid", false);

    /// <summary>支付的其他与筹资活动有关的现金 (row 55).</summary>
    public static CashFlow OtherFinancingPaid { get; } = new("other-financing-paid", false);

    /// <summary>汇率变动对现金的影响额 (row 60).</summary>
    public static CashFlow ExchangeDifference { get; } = new("exchange-difference", null);

    /// <summary>Between funds or own accounts of one body: zero within the entry, outside form 03 and bank matching.</summary>
    public static CashFlow Internal { get; } = new("internal", null);

    /// <summary>Cash that was there on the opening day: the first line of the statement, not a flow.</summary>
    public static CashFlow Opening { get; } = new("opening", null);

    /// <summary>All items in the order of the form.</summary>
    public static IReadOnlyList<CashFlow> All { get; } =
    [
        DonationsReceived, DuesReceived, ServicesReceived, SalesReceived, SubsidiesReceived, OtherReceived,
        GrantsPaid, StaffPaid, PurchasesPaid, TaxesPaid, OtherPaid,
        InvestmentsRecovered, InvestmentIncomeReceived, AssetDisposalReceived, OtherInvestingReceived,
        AssetsPaid, InvestmentsPaid, OtherInvestingPaid,
        BorrowingsReceived, OtherFinancingReceived, BorrowingsRepaid, InterestPaid, OtherFinancingPaid,
        ExchangeDifference, Internal, Opening,
    ];

    /// <summary>Finds an item by its key, or null.</summary>
    public static CashFlow? Find(string? key) => All.FirstOrDefault(item => item.Key == key);
}
