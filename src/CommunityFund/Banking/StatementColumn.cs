namespace CommunityFund.Banking;

/// <summary>What a column of a statement file can mean to us.</summary>
public enum StatementColumn
{
    /// <summary>The day the bank booked the line (记账日期).</summary>
    BookedOn,

    /// <summary>The time of booking, with or without its day (记账时间).</summary>
    BookedAt,

    /// <summary>The day it happened (交易日期).</summary>
    HappenedOn,

    /// <summary>The time it happened, with or without its day (交易时间).</summary>
    HappenedAt,

    /// <summary>Money in; the bank owes us more, so it calls this 贷方.</summary>
    MoneyIn,

    /// <summary>Money out; the bank calls this 借方.</summary>
    MoneyOut,

    /// <summary>One amount, signed or with a direction beside it.</summary>
    EitherWay,

    /// <summary>Whether the amount came in or went out, in words.</summary>
    Direction,

    /// <summary>The account's balance after the line.</summary>
    Balance,

    /// <summary>What the money is counted in.</summary>
    Currency,

    /// <summary>Our own account.</summary>
    Account,

    /// <summary>Who paid or was paid.</summary>
    CounterpartyName,

    /// <summary>Their account.</summary>
    CounterpartyAccount,

    /// <summary>The bank's own word for the line (摘要).</summary>
    Summary,

    /// <summary>What the payer wrote (备注, 附言).</summary>
    Remark,

    /// <summary>The bank's number for the line.</summary>
    Serial,
}
