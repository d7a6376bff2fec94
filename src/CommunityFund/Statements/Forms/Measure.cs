namespace CommunityFund.Statements;

/// <summary>Which moment or which days of the year a figure is about. The year is that of the statement's last day.</summary>
public enum Measure
{
    /// <summary>年初余额: what stood before the first of January, with opening balances and the conversion to a new standard.</summary>
    Opening,

    /// <summary>What stood before the statement's first day.</summary>
    Before,

    /// <summary>期末余额: what stands on the statement's last day.</summary>
    Closing,

    /// <summary>本期数: what moved on the statement's days, on both sides.</summary>
    Span,

    /// <summary>Of that, what was written on the account's own side (increase).</summary>
    SpanUp,

    /// <summary>Of that, what was written on the other side (decrease).</summary>
    SpanDown,

    /// <summary>本年累计数: what moved from the first of January to the statement's last day.</summary>
    Year,

    /// <summary>Of that, the increases.</summary>
    YearUp,

    /// <summary>Of that, the decreases.</summary>
    YearDown,

    /// <summary>上年数: what moved in the whole year before, its adjusting period too.</summary>
    LastYear,
}
