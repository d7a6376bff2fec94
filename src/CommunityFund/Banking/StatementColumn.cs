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

    /// <summary>Who paid, where the file names both sides of every line.</summary>
    PayerName,

    /// <summary>The account it was paid from.</summary>
    PayerAccount,

    /// <summary>Who was paid.</summary>
    PayeeName,

    /// <summary>The account it was paid to.</summary>
    PayeeAccount,

    /// <summary>What became of the line: paid, closed, refunded.</summary>
    Status,

    /// <summary>A platform's gross takings, before its fee (应结订单金额).</summary>
    Sale,

    /// <summary>What a platform gave back to the buyer (退款金额).</summary>
    Repaid,

    /// <summary>The number of the giving back, where the line's own number is that of the sale.</summary>
    RefundSerial,

    /// <summary>A platform's fee for the line.</summary>
    Fee,

    /// <summary>A count of the lines that is another one in every export; it names nothing.</summary>
    Counter,
}
