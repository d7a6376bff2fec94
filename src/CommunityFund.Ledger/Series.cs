namespace CommunityFund.Ledger;

/// <summary>
/// The series vouchers are numbered in, per book and period. 记 and 转 are statutory and gap-free; the others are
/// memorandum and stay out of the statutory trial balance, journal and forms.
/// </summary>
/// <param name="Code">As stored and printed: 记, 转, 备, 时 or 分.</param>
public sealed record Series(string Code)
{
    /// <summary>Touches cash, bank or other monetary funds.</summary>
    public static Series Cash { get; } = new("记");

    /// <summary>Everything statutory that touches no cash.</summary>
    public static Series General { get; } = new("转");

    /// <summary>Commitments.</summary>
    public static Series Commitments { get; } = new("备");

    /// <summary>Volunteer hours.</summary>
    public static Series Hours { get; } = new("时");

    /// <summary>Volunteer points.</summary>
    public static Series Points { get; } = new("分");

    /// <summary>What its entries are counted in: hours, points, or money for all others.</summary>
    public Commodity Commodity => Code switch
    {
        "时" => Commodity.Hour,
        "分" => Commodity.Point,
        _ => Commodity.Cny,
    };

    /// <summary>True for the series outside the statutory books.</summary>
    public bool IsMemorandum => Code is "备" or "时" or "分";
}
