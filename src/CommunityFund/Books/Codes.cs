using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace CommunityFund.Books;

/// <summary>How the kernel's words are written in columns and files: short, lasting codes.</summary>
public static class Codes
{
    /// <summary>NetAssets becomes net-assets.</summary>
    public static string Kebab<T>(T value)
        where T : struct, Enum => FundDb.Snake(value.ToString()).Replace('_', '-');

    /// <summary>net-assets becomes NetAssets; null if no value is called so.</summary>
    public static T? Find<T>(string code)
        where T : struct, Enum
    {
        foreach (T value in Enum.GetValues<T>())
        {
            if (Kebab(value) == code)
            {
                return value;
            }
        }

        return null;
    }

    public static T Parse<T>(string code)
        where T : struct, Enum => Find<T>(code) ?? throw new ArgumentException($"No {typeof(T).Name} is written '{code}'.");

    public static string Of(Side side) => side == Side.Debit ? "D" : "C";

    public static Side SideOf(string code) => code == "D" ? Side.Debit : Side.Credit;

    public static string Of(Restriction? restriction) => restriction switch
    {
        Restriction.Restricted => "R",
        Restriction.Unrestricted => "U",
        _ => "",
    };

    public static Restriction? RestrictionOf(string code) => code switch
    {
        "R" => Restriction.Restricted,
        "U" => Restriction.Unrestricted,
        _ => null,
    };

    internal static PropertyBuilder<T> AsCode<T>(this PropertyBuilder<T> property)
        where T : struct, Enum =>
            property.HasConversion(new ValueConverter<T, string>(value => Kebab(value), code => Parse<T>(code)));

    internal static PropertyBuilder<T?> AsCode<T>(this PropertyBuilder<T?> property)
        where T : struct, Enum =>
            property.HasConversion(new ValueConverter<T, string>(value => Kebab(value), code => Parse<T>(code)));

    internal static PropertyBuilder<Side> AsCode(this PropertyBuilder<Side> property) =>
        property.HasConversion(new ValueConverter<Side, string>(value => Of(value), code => SideOf(code)));

    internal static PropertyBuilder<Restriction> AsCode(this PropertyBuilder<Restriction> property) =>
        property.HasConversion(new ValueConverter<Restriction, string>(value => Of(value), code => RestrictionOf(code)!.Value));
}
