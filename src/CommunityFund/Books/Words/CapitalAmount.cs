using System.Globalization;
using System.Text;
using CommunityFund.Ledger;

namespace CommunityFund.Books;

/// <summary>
/// 大写金额: money in the characters that cannot be altered, as vouchers and receipts in China carry it
/// (支付结算办法 附一). Where the rule leaves a 零 open, none is written: 壹仟陆佰捌拾元叁角贰分.
/// </summary>
public static class CapitalAmount
{
    private const string Digits = "零壹贰叁肆伍陆柒捌玖";
    private static readonly string[] Places = ["", "拾", "佰", "仟"];

    /// <exception cref="ArgumentException">The amount is not money.</exception>
    public static string Of(Amount amount)
    {
        if (amount.Commodity != Commodity.Cny)
        {
            throw new ArgumentException($"{amount.Commodity} is not money.", nameof(amount));
        }

        Int128 fen = Int128.Abs(amount.Units);
        string wholes = (fen / 100).ToString(CultureInfo.InvariantCulture).TrimStart('0');
        int jiao = (int)(fen % 100 / 10), odd = (int)(fen % 10);
        StringBuilder text = new("人民币");
        text.Append(amount.IsNegative ? "负" : "");
        text.Append(wholes.Length > 0 ? $"{Wholes(wholes)}元" : jiao + odd == 0 ? "零元" : "");
        text.Append(jiao > 0 ? $"{Digits[jiao]}角" : odd > 0 && wholes.Length > 0 ? "零" : "");
        return text.Append(odd > 0 ? $"{Digits[odd]}分" : "整").ToString();
    }

    /// <summary>亿 divides a number into what stands above and below it; inside, 万 does the same.</summary>
    private static string Wholes(string digits) =>
        digits.Length > 8 ? Join(Wholes(digits[..^8]), "亿", digits[^8..], Wholes)
        : digits.Length > 4 ? Join(Thousands(digits[..^4]), "万", digits[^4..], Thousands)
        : Thousands(digits);

    private static string Join(string above, string unit, string below, Func<string, string> read)
    {
        string rest = below.TrimStart('0');
        return $"{above}{unit}{(rest.Length == 0 ? "" : rest.Length < below.Length ? "零" : "")}{(rest.Length == 0 ? "" : read(rest))}";
    }

    private static string Thousands(string digits)
    {
        StringBuilder text = new();
        bool skipped = false;
        for (int i = 0; i < digits.Length; i++)
        {
            int digit = digits[i] - '0';
            if (digit > 0)
            {
                text.Append(skipped ? "零" : "").Append(Digits[digit]).Append(Places[digits.Length - 1 - i]);
            }

            skipped = digit == 0;
        }

        return text.ToString();
    }
}
