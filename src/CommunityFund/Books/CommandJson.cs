using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using CommunityFund.Ledger;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Books;

/// <summary>How commands, their answers and voucher consequences are written down.</summary>
internal static class CommandJson
{
    public static JsonSerializerOptions Plain { get; } = Options(null);

    /// <summary>The log's form: personal properties as HMAC under the installation's key.</summary>
    public static JsonSerializerOptions Logged(byte[] key) => Options(key);

    private static JsonSerializerOptions Options(byte[]? key)
    {
        JsonSerializerOptions options = new()
        {
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters = { new JsonStringEnumConverter(), new LocalDateJson(), new AmountJson(), new TextJson() },
        };
        if (key is not null)
        {
            options.TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { type => HidePersonal(type, key) } };
        }

        return options;
    }

    private static void HidePersonal(JsonTypeInfo type, byte[] key)
    {
        foreach (JsonPropertyInfo property in type.Properties)
        {
            if (property.AttributeProvider?.IsDefined(typeof(SecretAttribute), true) == true)
            {
                property.ShouldSerialize = (_, _) => false;
            }
            else if (property.AttributeProvider?.IsDefined(typeof(PersonalAttribute), true) == true)
            {
                property.CustomConverter = (JsonConverter)Activator.CreateInstance(
                    typeof(HmacJson<>).MakeGenericType(property.PropertyType),
                    BindingFlags.Public | BindingFlags.Instance, null, [key], null)!;
            }
        }
    }

    private sealed class LocalDateJson : JsonConverter<LocalDate>
    {
        public override LocalDate Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            LocalDatePattern.Iso.Parse(reader.GetString()!).Value;

        public override void Write(Utf8JsonWriter writer, LocalDate value, JsonSerializerOptions options) =>
            writer.WriteStringValue(LocalDatePattern.Iso.Format(value));
    }

    private sealed class AmountJson : JsonConverter<Amount>
    {
        public override Amount Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            string[] parts = reader.GetString()!.Split(' ');
            return Amount.OfUnits(long.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture),
                Commodity.Of(parts[1]));
        }

        public override void Write(Utf8JsonWriter writer, Amount value, JsonSerializerOptions options) =>
            writer.WriteStringValue(string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"{value.Units} {value.Commodity}"));
    }

    /// <summary>PostgreSQL keeps no NUL, in text or in jsonb; a typed one is logged as a replacement character.</summary>
    private sealed class TextJson : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetString();

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Replace('\0', '\uFFFD'));
    }

    private sealed class HmacJson<T>(byte[] key) : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("A digest cannot be read back.");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue("hmac:" + Convert.ToHexStringLower(
                HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(JsonSerializer.Serialize(value, Plain)))));
    }
}
